// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/wire_name.h"

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace pullgate {

std::string ToWireName(const DnsName& name) {
  std::string wire;
  wire.reserve(name.text().size() + 2);
  for (const absl::string_view label : absl::StrSplit(name.text(), '.')) {
    wire.push_back(static_cast<char>(label.size()));
    wire.append(label.data(), label.size());
  }
  wire.push_back('\0');
  return wire;
}

std::optional<DnsName> FromWireName(absl::string_view wire) {
  std::string text;
  size_t at = 0;
  while (at < wire.size() && wire[at] != '\0') {
    const size_t length = static_cast<uint8_t>(wire[at]);
    const absl::string_view label = wire.substr(at + 1, length);
    // Before DnsName::Parse, which would map and split labels in other scripts.
    for (const char c : label) {
      if (!absl::ascii_isalnum(c) && c != '-') return std::nullopt;
    }
    if (!text.empty()) text.push_back('.');
    text.append(label.data(), label.size());
    at += 1 + length;
  }
  absl::StatusOr<DnsName> name = DnsName::Parse(text);
  if (!name.ok()) return std::nullopt;
  return *std::move(name);
}

}  // namespace pullgate
