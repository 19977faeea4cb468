// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_STORE_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/time/clock.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/open_events.h"
#include "pdp/ledger/segment_builder.h"

namespace pullgate::pdp {

// Puts the ledger's events into segments while they are stored, in the same
// transactions: there is never a full segment that is not written. The newest
// events, fewer than kSegmentEvents, are in memory only. One thread at a time.
class SegmentStore {
 public:
  // None is owned; all outlive this. `open` learns of committed events that are
  // in no segment.
  static absl::StatusOr<SegmentStore> Create(const Database* database,
                                             const Clock* clock,
                                             OpenEvents* open);

  // For the start of a transaction: reads the newest events from the file
  // unless they are in memory.
  absl::Status Prepare();

  // Adds the event at the next position; `bytes` is its size as recorded.
  absl::Status Add(const EventFields& event, size_t bytes);

  // Closes the segment that is not full yet; no-op without events.
  absl::Status CloseOpen();

  // How the transaction ended.
  void Committed();
  void Abandoned() { known_ = false; }

  // The last position of the newest segment closed since the last call; 0: none
  // was.
  int64_t TakeClosed();

  // The events in no segment yet: how many, since when by the clock (that of
  // Prepare() for those that were there), and their latest event_time.
  size_t open_events() const { return builder_.size(); }
  absl::Time open_since() const { return open_since_; }
  int64_t open_max_time_ns() const { return builder_.max_time_ns(); }

 private:
  SegmentStore(const Database* database, const Clock* clock, OpenEvents* open,
               Statement insert_segment, Statement insert_column,
               Statement read_open);

  absl::Status InsertColumn(int column, absl::string_view data);

  const Database* database_;
  const Clock* clock_;
  OpenEvents* open_;
  Statement insert_segment_;
  Statement insert_column_;
  Statement read_open_;

  bool known_ = false;  // `builder_` has what the file has
  SegmentBuilder builder_;
  // Of this transaction and in no segment, up to the newest.
  std::vector<EventFields> fresh_;
  absl::Time open_since_;
  int64_t closed_ = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_STORE_H_
