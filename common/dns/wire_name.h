// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Domain names as DNS messages carry them (RFC 1035 §3.1): labels, each after
// its length, down to the empty label of the root.
//
// Here ASCII letters are always in lower case, so that names are equal exactly
// when their bytes are. Labels from the network may hold any byte, dots too,
// which is why names are compared in this form and never as text.

#ifndef PULLGATE_COMMON_DNS_WIRE_NAME_H_
#define PULLGATE_COMMON_DNS_WIRE_NAME_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// RFC 1035 §3.1, lengths and root label included.
inline constexpr size_t kMaxWireName = 255;

std::string ToWireName(const DnsName& name);

// Absent when the name is none that a registry can have: a label with a byte
// other than an ASCII letter, digit or hyphen, the root, a number at the end.
std::optional<DnsName> FromWireName(absl::string_view wire);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_WIRE_NAME_H_
