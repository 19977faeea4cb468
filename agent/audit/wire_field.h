// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_WIRE_FIELD_H_
#define PULLGATE_AGENT_AUDIT_WIRE_FIELD_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace pullgate::agent {

// One field of a serialised protobuf message
// (https://protobuf.dev/programming-guides/encoding/): for code that looks at a
// few fields of many messages, and must not parse, or change, the rest.
struct WireField {
  int number = 0;
  // Of a VARINT field.
  uint64_t varint = 0;
  // Of a LEN field: string, bytes or message, which live as long as the text.
  absl::string_view bytes;
  // Tag and value.
  absl::string_view whole;
};

// Takes the first field off `message`. Nullopt: there is none, or, if something
// is left, the message is malformed there.
std::optional<WireField> TakeWireField(absl::string_view& message);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_WIRE_FIELD_H_
