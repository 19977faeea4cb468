// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/wire_reader.h"

#include "absl/strings/ascii.h"
#include "common/dns/wire_name.h"

namespace pullgate {
namespace {

// The two high bits of a length byte, RFC 1035 §4.1.4.
constexpr uint8_t kPointer = 0xc0;

}  // namespace

absl::string_view WireReader::ReadBytes(size_t count) {
  if (!ok_ || at_ > message_.size() || count > message_.size() - at_) {
    Fail();
    return {};
  }
  const absl::string_view bytes = message_.substr(at_, count);
  at_ += count;
  return bytes;
}

uint16_t WireReader::ReadU16() {
  const absl::string_view bytes = ReadBytes(2);
  if (!ok_) return 0;
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) << 8 |
                               static_cast<uint8_t>(bytes[1]));
}

uint32_t WireReader::ReadU32() {
  const uint32_t high = ReadU16();
  const uint32_t low = ReadU16();
  return ok_ ? high << 16 | low : 0;
}

std::string WireReader::ReadName() {
  std::string name;
  size_t run = at_;   // where the labels being read began
  size_t resume = 0;  // after the first pointer; 0 before any
  while (ok_) {
    const absl::string_view head = ReadBytes(1);
    if (!ok_) break;
    const uint8_t length = static_cast<uint8_t>(head[0]);
    if ((length & kPointer) == kPointer) {
      const absl::string_view low = ReadBytes(1);
      if (!ok_) break;
      const size_t target = static_cast<size_t>(length & ~kPointer) << 8 |
                            static_cast<uint8_t>(low[0]);
      if (resume == 0) resume = at_;
      if (target >= run) return Fail(), std::string();
      run = at_ = target;
      continue;
    }
    // 01 and 10 are not in use (RFC 6891 §5).
    if ((length & kPointer) != 0) return Fail(), std::string();
    name.push_back(head[0]);
    const absl::string_view label = ReadBytes(length);
    for (const char c : label) name.push_back(absl::ascii_tolower(c));
    if (name.size() > kMaxWireName) return Fail(), std::string();
    if (length == 0) break;
  }
  if (!ok_) return {};
  if (resume != 0) at_ = resume;
  return name;
}

}  // namespace pullgate
