// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/log.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/text/utf8.h"

namespace pullgate {
namespace {

constexpr absl::string_view kTruncated = ",\"truncated\":true";

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

// RFC 3339 with microseconds. A busy process writes many lines in a second:
// what they share is formatted once.
std::string TimeText(absl::Time time) {
  thread_local int64_t second = -1;
  thread_local std::string text;
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) {
    return absl::FormatTime(time);
  }
  const int64_t now = absl::ToUnixSeconds(time);
  if (now != second) {
    text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
    second = now;
  }
  const int64_t micros =
      absl::ToInt64Microseconds(time - absl::FromUnixSeconds(now));
  return absl::StrCat(text, ".", absl::Dec(micros, absl::kZeroPad6), "Z");
}

// Whether the text is a JSON string as it stands: nearly all are.
bool IsPlain(absl::string_view text) {
  return text.size() <= kMaxLogString &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
         });
}

// JSON has no infinity and no NaN.
std::string JsonNumber(double value) {
  return std::isfinite(value) ? absl::StrCat(value) : "null";
}

// As a JSON number; the ordinary ones without going through floating point.
std::string SecondsText(absl::Duration duration) {
  if (duration < absl::ZeroDuration() || duration > absl::Hours(1'000'000)) {
    return JsonNumber(absl::ToDoubleSeconds(duration));
  }
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  const int64_t nanos = absl::ToInt64Nanoseconds(rest);
  if (nanos == 0) return absl::StrCat(seconds);
  std::string text =
      absl::StrCat(seconds, ".", absl::Dec(nanos, absl::kZeroPad9));
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string StatusText(const absl::Status& status) {
  if (status.ok()) return "OK";
  return absl::StrCat(absl::StatusCodeToString(status.code()), ": ",
                      status.message());
}

std::string Line(absl::Time time, LogLevel level, absl::string_view message,
                 LogFields fields) {
  std::string line =
      absl::StrCat("{\"time\":\"", TimeText(time), "\",\"level\":\"",
                   LevelName(level), "\",\"message\":", JsonString(message));
  for (const LogField& field : fields) {
    const std::string key = JsonString(field.key());
    const size_t size = key.size() + field.json().size() + 2;
    if (line.size() + size + kTruncated.size() + 1 > kMaxLogLine) {
      absl::StrAppend(&line, kTruncated);
      break;
    }
    absl::StrAppend(&line, ",", key, ":", field.json());
  }
  return line + "}";
}

}  // namespace

LogField::LogField(absl::string_view key, absl::string_view value)
    : LogField(key, JsonString(value), Raw()) {}

LogField::LogField(absl::string_view key, absl::Duration value)
    : LogField(key, SecondsText(value), Raw()) {}

LogField::LogField(absl::string_view key, absl::Time value)
    : LogField(key, JsonString(TimeText(value)), Raw()) {}

LogField::LogField(absl::string_view key, const absl::Status& value)
    : LogField(key, JsonString(StatusText(value)), Raw()) {}

LogField::LogField(absl::string_view key, bool value)
    : LogField(key, value ? "true" : "false", Raw()) {}

LogField::LogField(absl::string_view key, double value)
    : LogField(key, JsonNumber(value), Raw()) {}

void Logger::Log(LogLevel level, absl::string_view message,
                 LogFields fields) const noexcept {
  if (!enabled(level)) return;
  try {
    sink_->Write(Line(clock_->Now(), level, message, fields));
  } catch (const std::exception&) {
    // Out of memory. Whoever logs goes on.
  }
}

std::string JsonString(absl::string_view text) {
  if (IsPlain(text)) return absl::StrCat("\"", text, "\"");
  std::string out = "\"";
  for (const char c :
       CutUtf8(ToValidUtf8(text.substr(0, kMaxLogString + 1)), kMaxLogString)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&out, "\\u%04x", c);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace pullgate
