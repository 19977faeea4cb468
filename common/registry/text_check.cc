// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/text_check.h"

#include <unictype.h>
#include <unistr.h>

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace pullgate {
namespace {

absl::string_view KindOf(uint32_t code_point) {
  if (uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Z) ||
      (code_point >= '\t' && code_point <= '\r')) {
    return "white space";
  }
  return uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Cc)
             ? "a control character"
             : "an invisible format character";
}

// Nearly every character of nearly every text.
bool IsPlainAscii(char c) { return c > ' ' && c < 0x7f; }

// Those of a plain address text.
std::array<bool, 256> MakePlain() {
  std::array<bool, 256> plain = {};
  for (int c = 0; c < 256; ++c) {
    plain[c] = absl::ascii_isalnum(static_cast<unsigned char>(c));
  }
  for (const unsigned char c : {'-', '.', ':', '/', '[', ']'}) plain[c] = true;
  return plain;
}

}  // namespace

Utf8Character FirstCharacter(absl::string_view text) {
  Utf8Character character;
  ucs4_t code_point = 0;
  const int bytes = u8_mbtoucr(
      &code_point, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  if (bytes <= 0) return character;
  character.code_point = code_point;
  character.bytes = bytes;
  character.valid = true;
  return character;
}

bool IsInvisible(uint32_t code_point) {
  return uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Z |
                                                          UC_CATEGORY_MASK_Cc |
                                                          UC_CATEGORY_MASK_Cf);
}

bool IsPlainAddressText(absl::string_view text) {
  static const std::array<bool, 256> kPlain = MakePlain();
  bool plain = true;
  for (const char c : text) plain &= kPlain[static_cast<unsigned char>(c)];
  return plain;
}

absl::Status CheckVisibleText(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (IsPlainAscii(text[at])) {
      ++at;
      continue;
    }
    const Utf8Character character = FirstCharacter(text.substr(at));
    if (!character.valid) {
      return absl::InvalidArgumentError(
          absl::StrFormat("it is not UTF-8 at byte %d", at));
    }
    if (IsInvisible(character.code_point)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "it has %s (U+%04X) at byte %d", KindOf(character.code_point),
          character.code_point, at));
    }
    at += character.bytes;
  }
  return absl::OkStatus();
}

}  // namespace pullgate
