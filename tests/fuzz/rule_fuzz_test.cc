// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Rules, as lists and scopes have them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/policy/rule.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/respelled.h"

namespace pullgate::fuzz {
namespace {

std::vector<std::string> OtherSpellings(const Rule& rule) {
  const std::string shown = rule.ToString();
  std::vector<std::string> texts = {absl::AsciiStrToUpper(shown)};
  if (rule.is_block()) {
    // An IPv4 block is the mapped one that is 96 bits longer.
    const IpPrefix& prefix = *rule.prefix();
    texts.push_back(
        absl::StrCat(WithoutCompression(prefix.base()), "/",
                     prefix.length() + (prefix.base().is_v4() ? 96 : 0)));
    return texts;
  }
  if (rule.kind() == Rule::Kind::kWildcard) return texts;
  const absl::StatusOr<RegistryAddress> address = RegistryAddress::Parse(shown);
  Require(address.ok(), "an exact rule is a registry address", shown);
  for (std::string& other : Respelled(*address)) {
    texts.push_back(std::move(other));
  }
  return texts;
}

void Check(absl::string_view text) {
  const absl::StatusOr<WrittenRule> written = ParseRule(text);
  if (!written.ok()) {
    Require(!written.status().message().empty(), "a refusal says why", text);
    return;
  }
  const Rule& rule = written->rule;
  const std::string shown = rule.ToString();
  Require(shown.size() <= kMaxRuleBytes, "what is shown is a rule's size",
          text);
  const absl::StatusOr<WrittenRule> again = ParseRule(shown);
  Require(again.ok() && again->rule == rule, "what is shown reads as itself",
          text);
  Require(!again->had_host_bits, "what is shown has no host bits", text);
  Require(again->rule.ToString() == shown, "showing is idempotent", text);
  for (const std::string& other : OtherSpellings(rule)) {
    if (other.size() > kMaxRuleBytes) continue;
    const absl::StatusOr<WrittenRule> same = ParseRule(other);
    Require(same.ok() && same->rule == rule, "another spelling is the same",
            other);
  }
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pullgate::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
