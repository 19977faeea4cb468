// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/redact.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/registry/text_check.h"

namespace pullgate {
namespace {

constexpr size_t kMaxQuotedBytes = 512;
constexpr absl::string_view kEllipsis = "...";
constexpr absl::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr size_t kShortestDigest = 32;

// Valid, visible UTF-8 of at most kMaxQuotedBytes.
std::string Printable(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Character character = FirstCharacter(text);
    std::string piece(text.substr(0, character.bytes));
    if (!character.valid) {
      piece = std::string(kReplacement);
    } else if (character.code_point != ' ' &&
               IsInvisible(character.code_point)) {
      piece = absl::StrFormat("\\u%04x", character.code_point);
    }
    if (out.size() + piece.size() > kMaxQuotedBytes - kEllipsis.size()) {
      return absl::StrCat(out, kEllipsis);
    }
    out += piece;
    text.remove_prefix(character.bytes);
  }
  return out;
}

// "user:password@host?token=…" without the parts that may be secret.
std::string WithoutSecrets(absl::string_view text) {
  const size_t at = text.rfind('@');
  const bool has_user = at != absl::string_view::npos;
  if (has_user) text.remove_prefix(at + 1);
  return absl::StrCat(has_user ? "***@" : "",
                      text.substr(0, text.find_first_of("?#")));
}

// Whether it is "sha256:0123…": what follows the '@' of an image reference.
bool IsDigest(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon == 0) return false;
  const absl::string_view algorithm = text.substr(0, colon);
  const absl::string_view hex = text.substr(colon + 1);
  return hex.size() >= kShortestDigest &&
         std::all_of(hex.begin(), hex.end(), absl::ascii_isxdigit) &&
         std::all_of(algorithm.begin(), algorithm.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '+' || c == '.' || c == '-' ||
                  c == '_';
         });
}

}  // namespace

std::string RedactAddress(absl::string_view text) {
  return Printable(WithoutSecrets(text));
}

std::string RedactImage(absl::string_view text) {
  const size_t at = text.rfind('@');
  if (at == absl::string_view::npos || !IsDigest(text.substr(at + 1))) {
    return RedactAddress(text);
  }
  return Printable(
      absl::StrCat(WithoutSecrets(text.substr(0, at)), text.substr(at)));
}

}  // namespace pullgate
