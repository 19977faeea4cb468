// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_TEXT_CHECK_H_
#define PULLGATE_COMMON_REGISTRY_TEXT_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// The first character of a text, as UTF-8.
struct Utf8Character {
  uint32_t code_point = 0;
  int bytes = 1;       // how many it takes; 1 when it is malformed
  bool valid = false;  // whether it is UTF-8
};

// `text` is not empty.
Utf8Character FirstCharacter(absl::string_view text);

// Whether a character is white space, a control or a format character (Unicode
// categories Z, Cc, Cf): nobody sees it, so no address may have it. U+00AD and
// U+200B are such.
bool IsInvisible(uint32_t code_point);

// Whether a text has only letters and digits of ASCII and "-.:/[]", as nearly
// every address has. Then it passes CheckVisibleText, and there is nothing in
// it that is never in an address.
bool IsPlainAddressText(absl::string_view text);

// InvalidArgument if a text that claims to be an address is not UTF-8 or has an
// invisible character anywhere; the message names the character and not the
// text.
absl::Status CheckVisibleText(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_TEXT_CHECK_H_
