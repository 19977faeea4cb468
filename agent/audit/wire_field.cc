// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/wire_field.h"

#include <cstddef>

namespace pullgate::agent {
namespace {

constexpr int kMaxVarintBytes = 10;

enum WireType { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

// False: `text` does not begin with one.
bool TakeVarint(absl::string_view& text, uint64_t& value) {
  value = 0;
  for (int i = 0; i < kMaxVarintBytes && !text.empty(); ++i) {
    const auto byte = static_cast<uint8_t>(text.front());
    text.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return true;
  }
  return false;
}

bool TakeBytes(absl::string_view& text, uint64_t size,
               absl::string_view& bytes) {
  if (size > text.size()) return false;
  bytes = text.substr(0, size);
  text.remove_prefix(size);
  return true;
}

bool TakeValue(uint64_t type, absl::string_view& text, WireField& field) {
  uint64_t size = 0;
  switch (type) {
    case kVarint:
      return TakeVarint(text, field.varint);
    case kFixed64:
      return TakeBytes(text, 8, field.bytes);
    case kLength:
      return TakeVarint(text, size) && TakeBytes(text, size, field.bytes);
    case kFixed32:
      return TakeBytes(text, 4, field.bytes);
    default:
      return false;
  }
}

}  // namespace

std::optional<WireField> TakeWireField(absl::string_view& message) {
  absl::string_view rest = message;
  uint64_t tag = 0;
  WireField field;
  if (!TakeVarint(rest, tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff ||
      !TakeValue(tag & 7, rest, field)) {
    return std::nullopt;
  }
  field.number = static_cast<int>(tag >> 3);
  field.whole = message.substr(0, message.size() - rest.size());
  message = rest;
  return field;
}

}  // namespace pullgate::agent
