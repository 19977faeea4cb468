// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/common/policy/oracle_rule.h"

#include <cstdlib>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pullgate::testing {

std::optional<Block> ReadBlock(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  absl::string_view host = parts[0];
  if (absl::StartsWith(host, "[")) host = host.substr(1, host.size() - 2);
  const absl::StatusOr<IpAddress> address = IpAddress::Parse(host);
  if (!address.ok()) return std::nullopt;
  Block block{*address, address->bits()};
  if (parts.size() > 1) {
    if (!absl::SimpleAtoi(parts[1], &block.length)) std::abort();
  }
  return block;
}

OneRule ReadRule(std::string text) {
  OneRule rule;
  for (const char* scheme : {"https", "http"}) {
    const std::string prefix = absl::StrCat(scheme, "://");
    if (absl::StartsWith(text, prefix)) {
      rule.scheme = scheme;
      text = text.substr(prefix.size());
    }
  }
  // A bare IPv6 address has colons and no port.
  const bool bare_v6 = IpAddress::Parse(text).ok();
  const size_t colon = text.rfind(':');
  const size_t bracket = text.rfind(']');
  if (!bare_v6 && text.find('/') == std::string::npos &&
      colon != std::string::npos &&
      (bracket == std::string::npos || colon > bracket)) {
    if (!absl::SimpleAtoi(text.substr(colon + 1), &rule.port)) std::abort();
    text.resize(colon);
  }
  if (absl::StartsWith(text, "*.")) {
    rule.kind = OneRule::Kind::kWildcard;
    rule.name = text.substr(2);
  } else if (const std::optional<Block> block = ReadBlock(text)) {
    rule.kind = OneRule::Kind::kBlock;
    rule.block = *block;
  } else {
    rule.name = text;
  }
  return rule;
}

bool CoversPoint(const OneRule& rule, const Point& point) {
  const int own = point.scheme == "https" ? 443 : 80;
  if (rule.scheme == "https") {
    return point.scheme == "https" &&
           point.port == (rule.port == 0 ? 443 : rule.port);
  }
  if (rule.scheme == "http") {
    return point.port == (rule.port == 0 ? own : rule.port);
  }
  return rule.port == 0 || rule.port == point.port;
}

bool NameFits(const OneRule& rule, const std::string& name) {
  if (rule.kind == OneRule::Kind::kName) return rule.name == name;
  return rule.kind == OneRule::Kind::kWildcard &&
         absl::EndsWith(name, "." + rule.name);
}

}  // namespace pullgate::testing
