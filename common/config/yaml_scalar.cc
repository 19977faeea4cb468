// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/yaml_scalar.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/text/did_you_mean.h"
#include "common/text/utf8.h"

namespace pullgate {
namespace {

absl::Status Expected(absl::string_view what, absl::string_view got) {
  return absl::InvalidArgumentError(absl::StrCat(
      "expected ", what, ", got \"",
      absl::Utf8SafeCHexEscape(CutUtf8(ToValidUtf8(got), 60)), "\""));
}

// "DECIDE_LOCALLY_" of DecideLocally.
std::string EnumPrefix(const google::protobuf::EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + '_';
}

std::vector<std::string> EnumShortNames(
    const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    std::string name = EnumShortName(*type.value(i));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

int64_t ConsumeByteUnit(absl::string_view& text) {
  if (absl::ConsumeSuffix(&text, "KiB")) return int64_t{1} << 10;
  if (absl::ConsumeSuffix(&text, "MiB")) return int64_t{1} << 20;
  if (absl::ConsumeSuffix(&text, "GiB")) return int64_t{1} << 30;
  return 1;
}

bool IsDecimal(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  if (text.empty()) return false;
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<bool> ParseBool(absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  const std::string lower = absl::AsciiStrToLower(text);
  for (const char* yes : {"yes", "on", "true", "y", "1"}) {
    if (lower == yes) return Expected("true or false (here: true)", text);
  }
  for (const char* no : {"no", "off", "false", "n", "0"}) {
    if (lower == no) return Expected("true or false (here: false)", text);
  }
  return Expected("true or false", text);
}

absl::StatusOr<int64_t> ParseInt(absl::string_view text, int64_t min,
                                 int64_t max, bool is_bytes) {
  absl::string_view digits = text;
  const int64_t unit = is_bytes ? ConsumeByteUnit(digits) : 1;
  int64_t number = 0;
  if (!IsDecimal(digits) || !absl::SimpleAtoi(digits, &number)) {
    return Expected(is_bytes ? "a number of bytes such as 1048576 or 64MiB"
                             : "a whole number",
                    text);
  }
  // Dividing the bound cannot overflow; multiplying the number could.
  if (number > max / unit || number < min / unit) {
    return Expected(absl::StrCat("a whole number from ", min, " to ", max),
                    text);
  }
  return number * unit;
}

absl::StatusOr<double> ParseNumber(absl::string_view text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) {
    return Expected("a number", text);
  }
  return number;
}

absl::StatusOr<absl::Duration> ParseConfigDuration(absl::string_view text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) ||
      duration == absl::InfiniteDuration() || duration < absl::ZeroDuration()) {
    return Expected("a duration with its unit, such as 10s, 500ms or 5m", text);
  }
  return duration;
}

absl::StatusOr<int> ParseEnum(absl::string_view text,
                              const google::protobuf::EnumDescriptor& type) {
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string name = EnumShortName(*type.value(i));
    if (!name.empty() && name == text) return type.value(i)->number();
  }
  const std::vector<std::string> known = EnumShortNames(type);
  const std::optional<std::string> meant = DidYouMean(text, known);
  return Expected(
      absl::StrCat("one of ", absl::StrJoin(known, ", "),
                   meant ? absl::StrCat(" (did you mean ", *meant, "?)") : ""),
      text);
}

std::string EnumShortName(const google::protobuf::EnumValueDescriptor& value) {
  if (value.number() == 0) return "";
  absl::string_view name = value.name();
  absl::ConsumePrefix(&name, EnumPrefix(*value.type()));
  return absl::AsciiStrToLower(name);
}

std::string FormatConfigDuration(absl::Duration duration) {
  return absl::FormatDuration(duration);
}

}  // namespace pullgate
