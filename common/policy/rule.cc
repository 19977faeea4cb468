// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/policy/rule_error.h"
#include "common/registry/text_check.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// A block shorter than this with host bits set was meant to be something else:
// "10.2.2.1/2".
constexpr int kShortestV4WithHostBits = 8;
constexpr int kShortestV6WithHostBits = 32;

bool IsDecimal(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsAddress(absl::string_view text) { return IpAddress::Parse(text).ok(); }

// What stands in front of "/" and behind it, without a scheme.
struct Slashed {
  bool has_scheme = false;
  bool has_slash = false;
  absl::string_view head;
  absl::string_view tail;
};

Slashed SplitAtSlash(absl::string_view text) {
  Slashed parts;
  const size_t scheme = text.find("://");
  parts.has_scheme = scheme != absl::string_view::npos;
  if (parts.has_scheme) text.remove_prefix(scheme + 3);
  const size_t slash = text.find('/');
  parts.has_slash = slash != absl::string_view::npos;
  parts.head = text.substr(0, slash);
  if (parts.has_slash) parts.tail = text.substr(slash + 1);
  return parts;
}

// Whether an "address/length" was meant, well-formed or not; else what stands
// behind '/' is a path.
bool MeansBlock(const Slashed& parts) {
  if (!parts.has_slash) return false;
  if (IsAddress(parts.head)) return !parts.has_scheme || !parts.tail.empty();
  return !parts.tail.empty() && absl::ascii_isdigit(parts.tail[0]) &&
         parts.tail.find_first_not_of("0123456789./:") ==
             absl::string_view::npos;
}

// What is wrong with a text that means a block and is none.
absl::Status BlockError(absl::string_view text, const Slashed& parts,
                        const absl::Status& status) {
  const std::string meant = SuggestBlock(text);
  const absl::string_view head = parts.head;
  if (parts.has_scheme && !meant.empty()) {
    return RuleError(text, "a block takes no scheme", meant);
  }
  if (IsAddress(head) && parts.tail.empty()) {
    return RuleError(
        text, "a length is missing behind '/' (was the rule cut off?)",
        absl::StrCat(head, absl::EndsWith(head, ".0") ? "/24" : ""));
  }
  if (IsAddress(head) && absl::StrContains(parts.tail, ':')) {
    return RuleError(text, "a block takes no port", meant);
  }
  if (IsAddress(head)) return RuleError(text, status.message(), meant);
  if (absl::StartsWith(head, "[") && !meant.empty()) {
    return RuleError(text, "a block takes no brackets", meant);
  }
  const absl::StatusOr<RegistryAddress> registry = RegistryAddress::Parse(head);
  if (registry.ok() && registry->address() != nullptr) {
    return RuleError(text, "a block takes no port", meant);
  }
  if (registry.ok()) {
    return RuleError(text,
                     "only an address has a prefix length, a name has none",
                     registry->ToString());
  }
  return RuleError(text, "a block is an address and a length", meant);
}

absl::StatusOr<WrittenRule> ParseBlock(absl::string_view text,
                                       const Slashed& parts) {
  if (parts.has_scheme) return BlockError(text, parts, absl::OkStatus());
  const absl::StatusOr<WrittenPrefix> written = ParseWrittenPrefix(text);
  if (!written.ok()) return BlockError(text, parts, written.status());
  const IpPrefix& prefix = written->prefix;
  const int shortest =
      prefix.base().is_v4() ? kShortestV4WithHostBits : kShortestV6WithHostBits;
  if (written->has_host_bits && prefix.length() < shortest) {
    return RuleError(
        text,
        absl::StrCat("a block this large with host bits set was meant to be "
                     "something else; if not, write \"",
                     prefix.ToString(), "\""));
  }
  return WrittenRule{Rule::Prefix(prefix, std::nullopt, std::nullopt),
                     written->has_host_bits, false};
}

// Takes "*." (or '*' and one of the other dots) off the front.
bool ConsumeWildcard(absl::string_view* text) {
  for (const absl::string_view star :
       {"*.", "*\xe3\x80\x82", "*\xef\xbc\x8e", "*\xef\xbd\xa1"}) {
    if (absl::ConsumePrefix(text, star)) return true;
  }
  return false;
}

absl::Status MisplacedStar(absl::string_view text) {
  const absl::string_view bare = text.substr(0, text.find(':'));
  if (bare == "*" || bare == "*." || bare == "*.*") {
    return RuleError(text,
                     "no rule covers every registry; for a whitelist that is "
                     "mode OPEN");
  }
  if (absl::EndsWith(text, ":*")) {
    return RuleError(text, "a rule without a port covers every port",
                     text.substr(0, text.size() - 2));
  }
  const std::string meant = SuggestForStar(text);
  if (absl::StrContains(meant, '/')) {
    return RuleError(text, "addresses are covered by a block, not by '*'",
                     meant);
  }
  return RuleError(text,
                   "a '*' stands once, for whole labels, at the front, as in "
                   "\"*.example.com\"",
                   meant);
}

absl::StatusOr<WrittenRule> ParseWildcard(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::StrContains(text, "://")) {
    return RuleError(text, "a wildcard takes no scheme",
                     SuggestForStar(text.substr(text.find("://") + 3)));
  }
  if (!ConsumeWildcard(&rest) || rest.empty() || absl::StrContains(rest, '*')) {
    return MisplacedStar(text);
  }
  const absl::StatusOr<RegistryAddress> below = RegistryAddress::Parse(rest);
  if (!below.ok()) {
    return RuleError(text, absl::StrCat("behind \"*.\" a name is expected: ",
                                        below.status().message()));
  }
  if (below->name() == nullptr) {
    return RuleError(text,
                     "a wildcard is for names; addresses are covered by "
                     "a block or named one by one",
                     below->ToString());
  }
  return WrittenRule{Rule::Wildcard(*below->name(), below->port())};
}

// "2001:db8::5000" without brackets: 80 is the least port worth asking about.
bool LooksLikePort(absl::string_view text, const RegistryAddress& address) {
  if (address.address() == nullptr || address.address()->is_v4()) return false;
  if (absl::StartsWith(text, "[") || address.scheme().has_value()) return false;
  text = absl::StripSuffix(text, "/");
  const absl::string_view group = text.substr(text.rfind(':') + 1);
  int value = 0;
  return IsDecimal(group) && group[0] != '0' &&
         absl::SimpleAtoi(group, &value) && value >= 80;
}

absl::StatusOr<WrittenRule> ParseExact(absl::string_view text) {
  PULLGATE_ASSIGN_OR_RETURN(const RegistryAddress address,
                            RegistryAddress::Parse(text));
  if (address.name() != nullptr) {
    return WrittenRule{
        Rule::Name(*address.name(), address.scheme(), address.port())};
  }
  return WrittenRule{Rule::Prefix(IpPrefix(*address.address()),
                                  address.scheme(), address.port()),
                     false, LooksLikePort(text, address)};
}

// A rule with blanks around it, or with invisible characters in it.
absl::Status InvisibleError(absl::string_view text,
                            const absl::Status& invisible) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  const absl::StatusOr<WrittenRule> meant =
      trimmed == text ? invisible : ParseRule(trimmed);
  if (!meant.ok()) return RegistryAddress::Parse(text).status();
  return RuleError(text, invisible.message(), meant->rule.ToString());
}

// Whether RegistryAddress has the better words for what is wrong: user and
// password, query, fragment, escapes.
bool HasForeignCharacter(absl::string_view text) {
  return text.find_first_of("@?#%") != absl::string_view::npos;
}

}  // namespace

absl::string_view Rule::name() const {
  const auto* const name = std::get_if<DnsName>(&host_);
  return name == nullptr ? absl::string_view() : name->text();
}

bool Rule::is_exact() const {
  if (kind_ == Kind::kPrefix) return prefix()->is_single();
  return kind_ == Kind::kName;
}

std::string Rule::ToString() const {
  if (is_block()) return prefix()->ToString();
  if (kind_ == Kind::kPrefix) {
    return RegistryAddress(scheme_, prefix()->base(), port_).ToString();
  }
  return NamedRuleText(kind_, name(), scheme_, port_);
}

std::string NamedRuleText(Rule::Kind kind, absl::string_view name,
                          std::optional<Scheme> scheme,
                          std::optional<uint16_t> port) {
  std::string text;
  if (scheme.has_value()) absl::StrAppend(&text, SchemeName(*scheme), "://");
  absl::StrAppend(&text, kind == Rule::Kind::kWildcard ? "*." : "", name);
  if (port.has_value()) absl::StrAppend(&text, ":", *port);
  return text;
}

absl::StatusOr<WrittenRule> ParseRule(absl::string_view text) {
  if (text.size() > kMaxRuleBytes) {
    return RuleError(text, absl::StrCat("a rule has at most ", kMaxRuleBytes,
                                        " bytes, and this one ", text.size()));
  }
  if (!IsPlainAddressText(text)) {
    if (const absl::Status visible = CheckVisibleText(text); !visible.ok()) {
      return InvisibleError(text, visible);
    }
    if (HasForeignCharacter(text)) return ParseExact(text);
    if (absl::StrContains(text, '*')) return ParseWildcard(text);
  }
  const Slashed parts = SplitAtSlash(text);
  return MeansBlock(parts) ? ParseBlock(text, parts) : ParseExact(text);
}

}  // namespace pullgate
