// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_walk.h"

#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

// The first segment may begin before the range, by less than kSegmentEvents.
constexpr char kOldestFirst[] =
    "SELECT first_position, last_position, min_time_ns, max_time_ns, digest "
    "FROM segment WHERE first_position >= ? AND first_position <= ? "
    "ORDER BY first_position";
constexpr char kNewestFirst[] =
    "SELECT first_position, last_position, min_time_ns, max_time_ns, digest "
    "FROM segment WHERE first_position >= ? AND first_position <= ? "
    "ORDER BY first_position DESC";

}  // namespace

absl::StatusOr<SegmentWalk> SegmentWalk::Start(const Database& database,
                                               const CompiledFilter* filter,
                                               int64_t first, int64_t last,
                                               Order order) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database, order == Order::kOldestFirst
                                       ? kOldestFirst
                                       : kNewestFirst));
  // None crosses a multiple of kSegmentEvents.
  select.BindInt64(1, (first - 1) / kSegmentEvents * kSegmentEvents + 1);
  select.BindInt64(2, last);
  SegmentWalk walk(filter, std::move(select));
  walk.first_ = first;
  return walk;
}

absl::StatusOr<bool> SegmentWalk::Next(Segment* segment) {
  while (limit_ > 0) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select_.Step());
    if (!found) return false;
    segment->first_position = select_.Int64(0);
    segment->last_position = select_.Int64(1);
    segment->min_time_ns = select_.Int64(2);
    segment->max_time_ns = select_.Int64(3);
    position_ = segment->first_position;
    if (segment->last_position < first_) continue;
    --limit_;
    if (filter_->MayMatch(segment->min_time_ns, segment->max_time_ns,
                          select_.Blob(4))) {
      return true;
    }
  }
  ended_early_ = true;
  return false;
}

absl::StatusOr<int64_t> LastIndexed(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database,
          "SELECT max(forgotten_position, coalesce((SELECT last_position FROM "
          "segment ORDER BY first_position DESC LIMIT 1), 0)) FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return select.Int64(0);
}

}  // namespace pullgate::pdp
