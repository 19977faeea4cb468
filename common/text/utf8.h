// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_TEXT_UTF8_H_
#define PULLGATE_COMMON_TEXT_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// The text with every byte that is no part of a well-formed sequence (RFC 3629:
// shortest forms, no surrogates, nothing above U+10FFFF) replaced by U+FFFD.
// What leaves as a protobuf string or as JSON must be UTF-8, and messages may
// quote what a stranger sent.
std::string ToValidUtf8(absl::string_view text);

// At most `limit` bytes, never ending inside a sequence; what was cut ends in
// "...". `limit` is at least 3.
std::string CutUtf8(absl::string_view text, size_t limit);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_TEXT_UTF8_H_
