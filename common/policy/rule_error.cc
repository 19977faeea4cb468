// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule_error.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/net/ip_prefix.h"
#include "common/registry/dns_name.h"
#include "common/registry/redact.h"

namespace pullgate {
namespace {

bool IsDecimal(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::string ValidBlock(absl::string_view text) {
  const absl::StatusOr<IpPrefix> prefix = IpPrefix::Parse(text);
  return prefix.ok() ? prefix->ToString() : "";
}

// "192.168.*.*" → "192.168.0.0/16".
std::string BlockOfStars(absl::string_view text) {
  std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  while (!parts.empty() && parts.back() == "*") parts.pop_back();
  const size_t octets = parts.size();
  if (octets == 0 || octets > 3 ||
      !std::all_of(parts.begin(), parts.end(), IsDecimal)) {
    return "";
  }
  parts.resize(4, "0");
  return ValidBlock(absl::StrCat(absl::StrJoin(parts, "."), "/", 8 * octets));
}

// "255.255.255.0" → 24.
std::optional<int> LengthOfNetmask(absl::string_view text) {
  const absl::StatusOr<IpAddress> mask = IpAddress::Parse(text);
  if (!mask.ok() || !mask->is_v4()) return std::nullopt;
  for (int length = 0; length <= 32; ++length) {
    const IpAddress ones = IpAddress::FromV4Bytes({255, 255, 255, 255});
    if (IpPrefix(ones, length).base() == *mask) return length;
  }
  return std::nullopt;
}

// The address that the part before '/' was meant to be: "[2001:db8::]",
// "10.2.2.0:80" and "192.168.1" made whole.
std::string AddressOfBlock(absl::string_view head) {
  const size_t bracket = head.find(']');
  if (absl::StartsWith(head, "[") && bracket != absl::string_view::npos) {
    head = head.substr(1, bracket - 1);
  } else if (head.find(':') == head.rfind(':')) {
    head = head.substr(0, head.find(':'));
  }
  if (absl::StrContains(head, ':')) {
    return std::string(head.substr(0, head.find('%')));
  }
  std::vector<absl::string_view> parts =
      absl::StrSplit(head, '.', absl::SkipEmpty());
  if (parts.size() < 2 || !std::all_of(parts.begin(), parts.end(), IsDecimal)) {
    return "";
  }
  for (absl::string_view& part : parts) {
    while (part.size() > 1 && part[0] == '0') part.remove_prefix(1);
  }
  if (parts.size() < 4) parts.resize(4, "0");
  return absl::StrJoin(parts, ".");
}

// The length that the part behind '/' was meant to be.
std::string LengthOfBlock(absl::string_view tail) {
  tail = tail.substr(0, tail.find_first_of("/:"));
  const std::optional<int> netmask = LengthOfNetmask(tail);
  if (netmask.has_value()) return absl::StrCat(*netmask);
  while (tail.size() > 1 && tail[0] == '0') tail.remove_prefix(1);
  return IsDecimal(tail) ? std::string(tail) : "";
}

}  // namespace

absl::Status RuleError(absl::string_view text, absl::string_view problem,
                       absl::string_view meant) {
  std::string message =
      absl::StrCat("\"", RedactAddress(text), "\": ", problem);
  if (!meant.empty()) {
    absl::StrAppend(&message, "; did you mean \"", meant, "\"?");
  }
  return absl::InvalidArgumentError(message);
}

std::string SuggestForStar(absl::string_view text) {
  const std::string block = BlockOfStars(text);
  if (!block.empty()) return block;
  absl::string_view rest = text.substr(text.rfind('*') + 1);
  // What stands in the label behind the last star is part of a name only if
  // the star began the whole text: "*example.com", but not "reg*x.example.com".
  if (text.rfind('*') != 0 && !absl::StartsWith(rest, ".")) {
    const size_t dot = rest.find('.');
    rest = dot == absl::string_view::npos ? "" : rest.substr(dot);
  }
  while (absl::StartsWith(rest, ".")) rest.remove_prefix(1);
  rest = rest.substr(0, rest.find_first_of(":/"));
  const absl::StatusOr<DnsName> name = DnsName::Parse(rest);
  if (!name.ok()) return "";
  return absl::StrCat("*.", name->text());
}

std::string SuggestBlock(absl::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme != absl::string_view::npos) text.remove_prefix(scheme + 3);
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return "";
  const std::string address = AddressOfBlock(text.substr(0, slash));
  const std::string length = LengthOfBlock(text.substr(slash + 1));
  if (address.empty() || length.empty()) return "";
  return ValidBlock(absl::StrCat(address, "/", length));
}

}  // namespace pullgate
