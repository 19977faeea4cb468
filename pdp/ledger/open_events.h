// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_OPEN_EVENTS_H_
#define PULLGATE_PDP_LEDGER_OPEN_EVENTS_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/compiled_filter.h"
#include "pdp/ledger/event_fields.h"

namespace pullgate::pdp {

// The fields of committed events that are in no segment yet, so that a list
// need not parse thousands of events to find that none matches. The writer
// publishes; readers, each with a snapshot of the file from some other moment,
// ask for a range of it and look into the file for what is not here.
// Thread-safe; readers keep the writer for less than a millisecond.
class OpenEvents {
 public:
  // Adds the events from `first_position` on, and forgets those before
  // `keep_from`. Events that do not follow on what is here replace it.
  void Publish(int64_t first_position, std::vector<EventFields> events,
               int64_t keep_from) ABSL_LOCKS_EXCLUDED(mu_);

  struct Found {
    // What of the range is known here; none of it if first > last.
    int64_t first_known = 1;
    int64_t last_known = 0;
    // The positions that match, rising.
    std::vector<int64_t> positions;
  };
  Found Find(const CompiledFilter& filter, int64_t first, int64_t last) const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  int64_t first_position_ ABSL_GUARDED_BY(mu_) = 1;
  std::deque<EventFields> events_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_OPEN_EVENTS_H_
