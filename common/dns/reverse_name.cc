// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/reverse_name.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

std::string ReverseText(const IpAddress& address) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto& bytes = address.bytes();
  std::string text;
  if (address.is_v4()) {
    for (int i = 3; i >= 0; --i) absl::StrAppend(&text, bytes[i], ".");
    return text + "in-addr.arpa";
  }
  for (int i = 15; i >= 0; --i) {
    for (const int nibble : {bytes[i] & 15, bytes[i] >> 4}) {
      text.push_back(kHex[nibble]);
      text.push_back('.');
    }
  }
  return text + "ip6.arpa";
}

}  // namespace

DnsName ReverseName(const IpAddress& address) {
  return *DnsName::Parse(ReverseText(address));  // always a name
}

}  // namespace pullgate
