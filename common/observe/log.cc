// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/log.h"

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

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

// JSON has no infinity and no NaN.
std::string JsonNumber(double value) {
  return std::isfinite(value) ? absl::StrCat(value) : "null";
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
    : LogField(key, JsonNumber(absl::ToDoubleSeconds(value)), Raw()) {}

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
