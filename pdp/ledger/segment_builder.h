// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_BUILDER_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_BUILDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "pdp/ledger/event_fields.h"

namespace pullgate::pdp {

// No segment crosses a multiple of this, so that a full one is a complete
// subtree of the ledger's tree.
inline constexpr int64_t kSegmentEvents = 4096;

// Puts events that stand next to each other into columns. One thread at a time.
class SegmentBuilder {
 public:
  // Begins anew.
  void Reset(int64_t first_position);

  // Adds the event at the next position; `bytes` is its size as recorded.
  void Add(const EventFields& fields, size_t bytes);

  size_t size() const { return times_.size(); }
  int64_t first_position() const { return first_position_; }
  int64_t last_position() const {
    return first_position_ + static_cast<int64_t>(size()) - 1;
  }
  // No more fits.
  bool full() const { return last_position() % kSegmentEvents == 0 && size(); }

  // Of the events so far; there is at least one.
  int64_t min_time_ns() const { return min_time_ns_; }
  int64_t max_time_ns() const { return max_time_ns_; }
  int64_t bytes() const { return bytes_; }

  // As segment_column.h and segment_digest.h say.
  std::string Column(EventField field) const;
  std::string Times() const;
  std::string DigestBytes() const;

 private:
  struct Values {
    // Stable addresses: `codes_by_value` looks into them.
    std::deque<std::string> values;
    absl::flat_hash_map<absl::string_view, uint16_t> codes_by_value;
    std::vector<uint16_t> codes;
    absl::string_view last;  // the value of the last event
  };

  int64_t first_position_ = 1;
  int64_t min_time_ns_ = 0;
  int64_t max_time_ns_ = 0;
  int64_t bytes_ = 0;
  std::vector<int64_t> times_;
  std::array<Values, kEventFields> columns_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_BUILDER_H_
