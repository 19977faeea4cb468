// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_SEGMENT_CHECK_H_
#define PULLGATE_PDP_VERIFY_SEGMENT_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/segment_builder.h"
#include "pdp/verify/chain_check.h"
#include "pdp/verify/findings.h"

namespace pullgate::pdp {

// Holds the segments, which lists are answered from, against the events: makes
// each anew, and compares.
class SegmentCheck {
 public:
  // Neither is owned; both outlive it. Errors are those of SqliteStatus.
  static absl::StatusOr<SegmentCheck> Open(const Database& database,
                                           Findings* findings);

  // The next event by position.
  absl::Status Event(const EventRow& row, absl::string_view event_id);

  // After the last event.
  absl::Status Finish();

 private:
  // A row of the table `segment`.
  struct Stored {
    int64_t first_position = 0;
    int64_t last_position = 0;
    int64_t min_time_ns = 0;
    int64_t max_time_ns = 0;
    int64_t bytes = 0;
    std::string digest;
  };

  SegmentCheck(Findings* findings, Statement segments, Statement columns,
               Statement strays);

  absl::Status Next();
  // Goes on to the segment that `position` is in, if it is in any.
  absl::Status GoTo(int64_t position, absl::string_view event_id);
  // The segment is complete.
  absl::Status Compare();
  absl::Status CompareColumns();
  void CompareColumn(int number, absl::string_view stored,
                     const std::string& built);
  void AddAt(int64_t first, int64_t last, std::string what);

  Findings* findings_;
  Statement segments_;
  Statement columns_;
  Statement strays_;
  std::optional<Stored> segment_;  // the next or the one under way
  int64_t covered_ = 0;            // the end of the one before
  SegmentBuilder builder_;
  bool usable_ = false;  // all of its events so far are there and parsed
  std::string first_id_;
  EventFields fields_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_SEGMENT_CHECK_H_
