// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_SEGMENT_COLUMN_H_
#define PULLGATE_PDP_LEDGER_SEGMENT_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate::pdp {

// The values of one field for the events of a segment: the distinct values, and
// for each event the number of its own.
//
// As bytes, numbers least significant byte first: a checksum over what follows
// (8 bytes, StableHash with seed 2), the number of distinct values (4), the
// length of each (4), the values, and for each event the number of its value in
// 0, 1 or 2 bytes: as few as the number of distinct values allows.
class SegmentColumn {
 public:
  // DataLoss: the bytes are no column of so many events.
  static absl::StatusOr<SegmentColumn> Decode(absl::string_view bytes,
                                              size_t events);

  // The bytes of a column; `codes` has the number of each event's value.
  static std::string Encode(const std::vector<absl::string_view>& values,
                            const std::vector<uint16_t>& codes);

  const std::vector<absl::string_view>& values() const { return values_; }
  // Of each event.
  const std::vector<uint16_t>& codes() const { return codes_; }

 private:
  std::vector<char> bytes_;  // `values_` point into it
  std::vector<absl::string_view> values_;
  std::vector<uint16_t> codes_;
};

// The event_times of a segment, as a column of 8 bytes for each event behind
// the same checksum.
std::string EncodeTimes(const std::vector<int64_t>& times_ns);
absl::StatusOr<std::vector<int64_t>> DecodeTimes(absl::string_view bytes,
                                                 size_t events);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_SEGMENT_COLUMN_H_
