// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/text/utf8.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";
constexpr absl::string_view kEllipsis = "...";

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The bytes that a sequence starting with `lead` takes; 0 for none.
size_t LengthByLead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

// The length of the well-formed sequence at the start; 0 if there is none.
size_t SequenceLength(absl::string_view text) {
  const size_t length = LengthByLead(static_cast<unsigned char>(text[0]));
  if (length == 0 || length > text.size()) return 0;
  if (length == 1) return 1;
  uint32_t point = static_cast<unsigned char>(text[0]) & (0x7f >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  const bool overlong =
      (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return overlong || surrogate || point > 0x10ffff ? 0 : length;
}

}  // namespace

std::string ToValidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    absl::StrAppend(&out, length > 0 ? text.substr(0, length) : kReplacement);
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

std::string CutUtf8(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit - kEllipsis.size();
  while (end > 0 && IsContinuation(text[end])) --end;
  return absl::StrCat(text.substr(0, end), kEllipsis);
}

}  // namespace pullgate
