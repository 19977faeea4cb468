// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_WALK_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_WALK_H_

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/ledger/compiled_filter.h"
#include "pdp/ledger/segment_reader.h"

namespace pullgate::pdp {

// Goes over the segments of a range of positions in which a filter may match.
// One thread at a time.
class SegmentWalk {
 public:
  enum class Order { kOldestFirst, kNewestFirst };

  // Segments that have a position from `first` to `last`. `filter` outlives it.
  static absl::StatusOr<SegmentWalk> Start(const Database& database,
                                           const CompiledFilter* filter,
                                           int64_t first, int64_t last,
                                           Order order);

  // The next one; false: there is none.
  absl::StatusOr<bool> Next(Segment* segment);

  // The first position of the last segment that it looked at.
  int64_t position() const { return position_; }

  // Looks at no more than so many.
  void set_limit(int64_t limit) { limit_ = limit; }
  // Ended because of the limit, before the end.
  bool ended_early() const { return ended_early_; }

 private:
  SegmentWalk(const CompiledFilter* filter, Statement select)
      : filter_(filter), select_(std::move(select)) {}

  const CompiledFilter* filter_;  // not owned
  Statement select_;
  int64_t first_ = 0;
  int64_t limit_ = INT64_MAX;
  int64_t position_ = 0;
  bool ended_early_ = false;
};

// The last position that is in a segment or forgotten: what comes after is to
// be found among the events alone.
absl::StatusOr<int64_t> LastIndexed(const Database& database);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_WALK_H_
