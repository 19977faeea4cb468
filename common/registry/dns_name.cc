// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/dns_name.h"

#include <idn2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/registry/redact.h"
#include "common/registry/text_check.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr size_t kMaxLabelBytes = 63;
constexpr size_t kMaxNameBytes = 253;
// No text longer than this can become a name of 253 bytes; it bounds the work
// done on hostile input.
constexpr size_t kMaxTextBytes = 4096;

// Never IDN2_USE_STD3_ASCII_RULES: it deletes what it does not allow, and
// "my_reg" becomes the name of somebody else. CheckLabel refuses instead.
constexpr int kIdnFlags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;

struct Idn2Free {
  void operator()(void* memory) const { idn2_free(memory); }
};

absl::Status BadName(absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("no DNS name: ", problem));
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isascii);
}

std::string Quoted(absl::string_view label) {
  return absl::StrCat("\"", RedactAddress(label), "\"");
}

// The ASCII form of an internationalised label.
absl::StatusOr<std::string> ToAsciiLabel(absl::string_view label) {
  uint8_t* raw = nullptr;
  const int code = idn2_lookup_u8(
      reinterpret_cast<const uint8_t*>(std::string(label).c_str()), &raw,
      kIdnFlags);
  const std::unique_ptr<uint8_t, Idn2Free> owned(raw);
  if (code != IDN2_OK) {
    return BadName(absl::StrCat("label ", Quoted(label), " is no IDNA label (",
                                idn2_strerror(code), ")"));
  }
  return std::string(reinterpret_cast<const char*>(raw));
}

// "xn--…" stands for a label that nobody sees; it must be the one and only
// spelling of it.
absl::Status CheckPunycode(const std::string& label) {
  char* raw = nullptr;
  const int code = idn2_to_unicode_8z8z(label.c_str(), &raw, kIdnFlags);
  const std::unique_ptr<char, Idn2Free> owned(raw);
  if (code == IDN2_OK) {
    const absl::StatusOr<std::string> encoded = ToAsciiLabel(raw);
    if (encoded.ok() && *encoded == label) return absl::OkStatus();
  }
  return BadName(absl::StrCat("label ", Quoted(label),
                              " does not decode and encode back to itself"));
}

absl::Status CheckCharacters(absl::string_view label) {
  for (const char c : label) {
    if (absl::ascii_isalnum(c) || c == '-') continue;
    return BadName(absl::StrCat(
        "label ", Quoted(label), " has '", std::string(1, c),
        "', and only letters, digits and inner hyphens are allowed"));
  }
  if (label.front() == '-' || label.back() == '-') {
    return BadName(
        absl::StrCat("label ", Quoted(label), " begins or ends with a hyphen"));
  }
  return absl::OkStatus();
}

// Checks a lower-case ASCII label.
absl::Status CheckLabel(const std::string& label) {
  if (label.empty()) {
    return BadName("it has an empty label (a dot too many?)");
  }
  PULLGATE_RETURN_IF_ERROR(CheckCharacters(label));
  if (label.size() > kMaxLabelBytes) {
    return BadName(absl::StrCat("label ", Quoted(label), " has ", label.size(),
                                " bytes, and 63 are allowed"));
  }
  if (absl::StartsWith(label, "xn--")) return CheckPunycode(label);
  return absl::OkStatus();
}

absl::StatusOr<std::string> CanonicalLabel(absl::string_view label) {
  std::string canonical;
  if (IsAscii(label)) {
    canonical = absl::AsciiStrToLower(label);
  } else {
    PULLGATE_ASSIGN_OR_RETURN(canonical, ToAsciiLabel(label));
  }
  PULLGATE_RETURN_IF_ERROR(CheckLabel(canonical));
  return canonical;
}

// U+3002, U+FF0E and U+FF61 are dots too (RFC 3490 §3.1, UTS #46).
std::string WithAsciiDots(absl::string_view text) {
  if (IsAscii(text)) return std::string(text);
  return absl::StrReplaceAll(
      text,
      {{"\xe3\x80\x82", "."}, {"\xef\xbc\x8e", "."}, {"\xef\xbd\xa1", "."}});
}

// The canonical name, its last label unchecked for being a number.
absl::StatusOr<std::string> CanonicalName(absl::string_view text) {
  std::string name;
  for (const absl::string_view label : absl::StrSplit(text, '.')) {
    PULLGATE_ASSIGN_OR_RETURN(const std::string canonical,
                              CanonicalLabel(label));
    if (!name.empty()) name += '.';
    name += canonical;
  }
  return name;
}

// Whether it is a canonical label that needs no decoding.
bool IsPlainLabel(absl::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelBytes &&
         label.front() != '-' && label.back() != '-' &&
         !absl::StartsWith(label, "xn--");
}

// What Parse() makes of nearly every text, in one pass; none if the text needs
// a closer look, or is no name.
std::optional<std::string> ParsePlainName(absl::string_view text) {
  text = absl::StripSuffix(text, ".");
  if (text.size() > kMaxNameBytes) return std::nullopt;
  std::string name(text);
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' &&
        c != '.') {
      return std::nullopt;
    }
    c = absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  absl::string_view label;
  for (const absl::string_view each : absl::StrSplit(name, '.')) {
    if (!IsPlainLabel(each)) return std::nullopt;
    label = each;
  }
  if (IsNumericLabel(label)) return std::nullopt;
  return name;
}

absl::string_view LastLabel(absl::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == absl::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace

bool IsNumericLabel(absl::string_view label) {
  if (absl::StartsWithIgnoreCase(label, "0x")) {
    label.remove_prefix(2);
    return std::all_of(label.begin(), label.end(), absl::ascii_isxdigit);
  }
  return !label.empty() &&
         std::all_of(label.begin(), label.end(), absl::ascii_isdigit);
}

absl::StatusOr<DnsName> DnsName::Parse(absl::string_view text) {
  if (std::optional<std::string> name = ParsePlainName(text)) {
    return DnsName(*std::move(name));
  }
  if (text.empty()) return BadName("the text is empty");
  if (text.find_first_of("@?#") != absl::string_view::npos) {
    // Labels are quoted, and this one might have a password in it.
    return BadName("it has one of '@', '?' and '#'");
  }
  if (text.size() > kMaxTextBytes) return BadName("the text is too long");
  if (const absl::Status visible = CheckVisibleText(text); !visible.ok()) {
    return BadName(visible.message());
  }
  const std::string dotted = WithAsciiDots(text);
  PULLGATE_ASSIGN_OR_RETURN(std::string name,
                            CanonicalName(absl::StripSuffix(dotted, ".")));
  if (IsNumericLabel(LastLabel(name))) {
    return BadName(
        absl::StrCat("its last label ", Quoted(LastLabel(name)),
                     " is a number, so that programs take it for an address"));
  }
  if (name.size() > kMaxNameBytes) {
    return BadName(
        absl::StrCat("it has ", name.size(), " bytes, and 253 are allowed"));
  }
  return DnsName(std::move(name));
}

}  // namespace pullgate
