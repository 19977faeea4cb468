// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/address_suggestion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/registry/address_grammar.h"
#include "common/registry/text_check.h"

namespace pullgate {
namespace {

// Longer texts were not typed by anybody.
constexpr size_t kMaxTextBytes = 1024;

// Blanks inside stay, and no suggestion comes of them: "a b" may mean two.
std::string WithoutInvisible(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  std::string out;
  while (!text.empty()) {
    const Utf8Character character = FirstCharacter(text);
    if (!character.valid) return "";
    const bool blank = absl::ascii_isspace(text[0]);
    if (blank || !IsInvisible(character.code_point)) {
      absl::StrAppend(&out, text.substr(0, character.bytes));
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

std::string PercentDecoded(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(text[i + 1]) &&
        absl::ascii_isxdigit(text[i + 2])) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The last scheme with "://", if it is one of a registry; takes all off `text`.
std::string TakeScheme(absl::string_view* text) {
  const size_t end = text->rfind("://");
  if (end == absl::string_view::npos) {
    while (absl::StartsWith(*text, "/")) text->remove_prefix(1);
    return "";
  }
  const std::string before = absl::AsciiStrToLower(text->substr(0, end));
  text->remove_prefix(end + 3);
  for (const absl::string_view scheme : {"https", "http"}) {
    if (absl::EndsWith(before, scheme)) return absl::StrCat(scheme, "://");
  }
  return "";
}

bool IsV6(absl::string_view text) {
  return absl::StrContains(text, ':') && IpAddress::Parse(text).ok();
}

// Brackets around IPv6 beside a scheme, none around anything else.
std::string WithRightBrackets(absl::string_view host, bool has_scheme) {
  const size_t end = host.find(']');
  if (!absl::StartsWith(host, "[") || end == absl::string_view::npos) {
    return has_scheme && IsV6(host) ? absl::StrCat("[", host, "]")
                                    : std::string(host);
  }
  const absl::string_view inside = host.substr(1, end - 1);
  const absl::string_view zoneless = inside.substr(0, inside.find('%'));
  const absl::string_view rest = host.substr(end + 1);
  return IsV6(zoneless) ? absl::StrCat("[", zoneless, "]", rest)
                        : absl::StrCat(inside, rest);
}

std::string WithoutZone(absl::string_view host) {
  const absl::string_view zoneless = host.substr(0, host.find('%'));
  return std::string(IsV6(zoneless) ? zoneless : host);
}

// "2001:db8::1:50000", whose last group is no group, has a port.
std::string WithBracketsBeforePort(absl::string_view host) {
  const size_t colon = host.rfind(':');
  const bool has_port = colon != absl::string_view::npos &&
                        !absl::StrContains(host, '[') && !IsV6(host) &&
                        IsV6(host.substr(0, colon));
  return has_port
             ? absl::StrCat("[", host.substr(0, colon), "]", host.substr(colon))
             : std::string(host);
}

std::string WithoutSpareDots(absl::string_view host) {
  std::string out = absl::StrReplaceAll(host, {{"..", "."}});
  out = absl::StrReplaceAll(out, {{"..", "."}, {".:", ":"}});
  if (absl::EndsWith(out, ".")) out.pop_back();
  if (absl::StartsWith(out, ".")) out.erase(0, 1);
  return out;
}

}  // namespace

std::string SuggestAddress(absl::string_view text) {
  if (text.size() > kMaxTextBytes) return "";
  const std::string visible = WithoutInvisible(text);
  absl::string_view rest = visible;
  const std::string scheme = TakeScheme(&rest);
  const size_t at = rest.rfind('@');
  if (at != absl::string_view::npos) rest.remove_prefix(at + 1);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  std::string host = WithRightBrackets(WithoutZone(rest), !scheme.empty());
  host = WithBracketsBeforePort(host);
  host = WithoutSpareDots(PercentDecoded(host));
  if (absl::EndsWith(host, ":")) host.pop_back();
  const absl::StatusOr<RegistryAddress> meant =
      ParseAddressGrammar(absl::StrCat(scheme, host), AddressUse::kRule);
  if (!meant.ok()) return "";
  std::string suggestion = meant->ToString();
  return suggestion == text ? "" : suggestion;
}

}  // namespace pullgate
