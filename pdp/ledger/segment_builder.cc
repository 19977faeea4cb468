// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_builder.h"

#include <algorithm>

#include "pdp/ledger/segment_column.h"
#include "pdp/ledger/segment_digest.h"

namespace pullgate::pdp {

void SegmentBuilder::Reset(int64_t first_position) {
  first_position_ = first_position;
  bytes_ = 0;
  times_.clear();
  for (Values& column : columns_) {
    column.codes_by_value.clear();
    column.values.clear();
    column.codes.clear();
  }
}

void SegmentBuilder::Add(const EventFields& fields, size_t bytes) {
  min_time_ns_ =
      size() == 0 ? fields.time_ns() : std::min(min_time_ns_, fields.time_ns());
  max_time_ns_ =
      size() == 0 ? fields.time_ns() : std::max(max_time_ns_, fields.time_ns());
  bytes_ += static_cast<int64_t>(bytes);
  times_.push_back(fields.time_ns());
  for (size_t i = 0; i < kEventFields; ++i) {
    Values& column = columns_[i];
    const absl::string_view value = fields[static_cast<EventField>(i + 1)];
    // Mostly the same as before.
    if (!column.codes.empty() && column.last == value) {
      column.codes.push_back(column.codes.back());
      continue;
    }
    const auto known = column.codes_by_value.find(value);
    if (known != column.codes_by_value.end()) {
      column.last = known->first;
      column.codes.push_back(known->second);
      continue;
    }
    const auto code = static_cast<uint16_t>(column.values.size());
    column.last = column.values.emplace_back(value);
    column.codes_by_value.emplace(column.last, code);
    column.codes.push_back(code);
  }
}

std::string SegmentBuilder::Column(EventField field) const {
  const Values& column = columns_[IndexOf(field)];
  return SegmentColumn::Encode({column.values.begin(), column.values.end()},
                               column.codes);
}

std::string SegmentBuilder::Times() const { return EncodeTimes(times_); }

std::string SegmentBuilder::DigestBytes() const {
  std::vector<Mark> marks;
  for (size_t i = 0; i < kEventFields; ++i) {
    const auto field = static_cast<EventField>(i + 1);
    for (const std::string& value : columns_[i].values) {
      AppendMarks(field, value, &marks);
    }
  }
  return MakeDigest(std::move(marks));
}

}  // namespace pullgate::pdp
