// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_question.h"

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

absl::string_view NameOf(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return "A";
    case DnsType::kPtr:
      return "PTR";
    case DnsType::kAaaa:
      return "AAAA";
  }
  return "?";
}

}  // namespace

std::string ToString(const DnsQuestion& question) {
  return absl::StrCat(NameOf(question.type), " ", question.name.text());
}

}  // namespace pullgate
