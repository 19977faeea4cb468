// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_READER_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/ledger/compiled_filter.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/segment_builder.h"
#include "pdp/ledger/segment_column.h"

namespace pullgate::pdp {

// A segment without its columns.
struct Segment {
  int64_t first_position = 0;
  int64_t last_position = 0;
  int64_t min_time_ns = 0;
  int64_t max_time_ns = 0;

  size_t size() const {
    return static_cast<size_t>(last_position - first_position + 1);
  }
};

// Reads the columns of segments, within one transaction of `database`. A column
// that is damaged is made again from the events themselves, in memory: segments
// are an index, and no truth of their own. Errors are those of SqliteStatus;
// DataLoss also for an event that does not parse. One thread at a time.
class SegmentReader {
 public:
  static absl::StatusOr<SegmentReader> Create(const Database& database);

  absl::StatusOr<SegmentColumn> Column(const Segment& segment,
                                       EventField field);
  absl::StatusOr<std::vector<int64_t>> Times(const Segment& segment);

  // Which events of the segment match: not 0 for those that do. Empty: none.
  absl::StatusOr<std::vector<uint8_t>> Matches(const Segment& segment,
                                               const CompiledFilter& filter);

  // How many it has read so far.
  int64_t columns_read() const { return columns_read_; }

 private:
  SegmentReader(const Database* database, Statement find_column,
                Statement read_events);

  // The bytes of a column; empty: there is none.
  absl::StatusOr<std::string> Bytes(const Segment& segment, int column);
  absl::StatusOr<const SegmentBuilder*> Rebuilt(const Segment& segment);
  absl::Status KeepInTime(const Segment& segment, const CompiledFilter& filter,
                          std::vector<uint8_t>& flags);
  // Clears the flags of events for which `clause` does not hold. False: none is
  // left.
  absl::StatusOr<bool> Keep(const Segment& segment,
                            const CompiledFilter::Clause& clause,
                            std::vector<uint8_t>& flags);

  const Database* database_;  // not owned
  Statement find_column_;
  Statement read_events_;
  int64_t columns_read_ = 0;
  // Of the last segment that was damaged.
  std::unique_ptr<SegmentBuilder> rebuilt_;
};

// The number of the column in segment_column.column_id.
constexpr int ColumnNumber(EventField field) { return static_cast<int>(field); }
inline constexpr int kTimeColumn = 0;
inline constexpr int64_t kColumnsPerSegment = 64;

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_READER_H_
