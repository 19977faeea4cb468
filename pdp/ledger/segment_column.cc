// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_column.h"

#include <algorithm>
#include <cstring>

#include "pdp/ledger/stable_hash.h"

namespace pullgate::pdp {
namespace {

constexpr uint64_t kSeed = 2;
constexpr size_t kChecksumBytes = 8;

// Of a code, for so many distinct values.
size_t WidthOf(size_t values) {
  if (values <= 1) return 0;
  return values <= 256 ? 1 : 2;
}

absl::Status Damaged() {
  return absl::DataLossError("a column of a segment is damaged");
}

void AppendNumber(size_t number, std::string& bytes) {
  const auto word = static_cast<uint32_t>(number);
  bytes.append(reinterpret_cast<const char*>(&word), sizeof(word));
}

// Takes a number of 4 bytes off the front; false: there are too few.
bool TakeNumber(absl::string_view& bytes, uint32_t* number) {
  if (bytes.size() < sizeof(*number)) return false;
  std::memcpy(number, bytes.data(), sizeof(*number));
  bytes.remove_prefix(sizeof(*number));
  return true;
}

void SetChecksum(std::string& bytes) {
  const uint64_t checksum =
      StableHash(kSeed, absl::string_view(bytes).substr(kChecksumBytes));
  std::memcpy(&bytes[0], &checksum, kChecksumBytes);
}

// Takes the checksum off the front; false: it is wrong.
bool TakeChecksum(absl::string_view& bytes) {
  if (bytes.size() < kChecksumBytes) return false;
  uint64_t checksum = 0;
  std::memcpy(&checksum, bytes.data(), kChecksumBytes);
  bytes.remove_prefix(kChecksumBytes);
  return checksum == StableHash(kSeed, bytes);
}

template <typename Code>
void ReadCodes(absl::string_view bytes, std::vector<uint16_t>& codes) {
  for (size_t i = 0; i < codes.size(); ++i) {
    Code code = 0;
    std::memcpy(&code, bytes.data() + i * sizeof(code), sizeof(code));
    codes[i] = code;
  }
}

// Takes the distinct values off the front; false: they do not fit.
bool TakeValues(absl::string_view& bytes,
                std::vector<absl::string_view>& values) {
  uint32_t count = 0;
  if (!TakeNumber(bytes, &count)) return false;
  if (bytes.size() / sizeof(uint32_t) < count) return false;
  absl::string_view lengths = bytes.substr(0, count * sizeof(uint32_t));
  bytes.remove_prefix(lengths.size());
  values.reserve(count);
  for (uint32_t length = 0; TakeNumber(lengths, &length);) {
    if (bytes.size() < length) return false;
    values.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string SegmentColumn::Encode(const std::vector<absl::string_view>& values,
                                  const std::vector<uint16_t>& codes) {
  std::string bytes(kChecksumBytes, '\0');
  AppendNumber(values.size(), bytes);
  for (const absl::string_view value : values) {
    AppendNumber(value.size(), bytes);
  }
  for (const absl::string_view value : values) {
    bytes.append(value.data(), value.size());
  }
  const size_t width = WidthOf(values.size());
  for (const uint16_t code : codes) {
    bytes.append(reinterpret_cast<const char*>(&code), width);
  }
  SetChecksum(bytes);
  return bytes;
}

absl::StatusOr<SegmentColumn> SegmentColumn::Decode(absl::string_view bytes,
                                                    size_t events) {
  SegmentColumn column;
  column.bytes_.assign(bytes.begin(), bytes.end());
  absl::string_view rest(column.bytes_.data(), column.bytes_.size());
  if (!TakeChecksum(rest) || !TakeValues(rest, column.values_)) {
    return Damaged();
  }
  const size_t width = WidthOf(column.values_.size());
  if (rest.size() != width * events) return Damaged();
  column.codes_.resize(events);
  if (width == 1) ReadCodes<uint8_t>(rest, column.codes_);
  if (width == 2) ReadCodes<uint16_t>(rest, column.codes_);
  uint16_t largest = 0;
  for (const uint16_t code : column.codes_) largest = std::max(largest, code);
  if (largest >= column.values_.size()) return Damaged();
  return column;
}

std::string EncodeTimes(const std::vector<int64_t>& times_ns) {
  std::string bytes(kChecksumBytes, '\0');
  bytes.append(reinterpret_cast<const char*>(times_ns.data()),
               times_ns.size() * sizeof(int64_t));
  SetChecksum(bytes);
  return bytes;
}

absl::StatusOr<std::vector<int64_t>> DecodeTimes(absl::string_view bytes,
                                                 size_t events) {
  if (!TakeChecksum(bytes) || bytes.size() != events * sizeof(int64_t)) {
    return Damaged();
  }
  std::vector<int64_t> times(events);
  std::memcpy(times.data(), bytes.data(), bytes.size());
  return times;
}

}  // namespace pullgate::pdp
