// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Logs: one JSON object per line, {"time", "level", "message", fields...}.
//
//   log.Info("policy stored", {{names::kVch, vch.text()},
//                              {names::kRevision, revision}});
//
// The message is a constant; what varies is a field, with its key from
// names.h. Expected events are debug or nothing; one line per decision is
// info; what repeats goes through a LogRateLimiter. Never a credential, and
// addresses only redacted.

#ifndef PULLGATE_COMMON_OBSERVE_LOG_H_
#define PULLGATE_COMMON_OBSERVE_LOG_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/observe/log_sink.h"
#include "common/time/clock.h"

namespace pullgate {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Longer strings are cut; fields beyond the line's bound are left out, and the
// line then says "truncated": true.
inline constexpr size_t kMaxLogString = 2048;
inline constexpr size_t kMaxLogLine = 16 * 1024;

// A key and its value, already written as JSON. Durations are seconds, times
// RFC 3339, statuses "CODE: message".
class LogField {
 public:
  LogField(absl::string_view key, absl::string_view value);
  LogField(absl::string_view key, const char* value)
      : LogField(key, absl::string_view(value)) {}
  LogField(absl::string_view key, const std::string& value)
      : LogField(key, absl::string_view(value)) {}
  LogField(absl::string_view key, absl::Duration value);
  LogField(absl::string_view key, absl::Time value);
  LogField(absl::string_view key, const absl::Status& value);
  LogField(absl::string_view key, bool value);
  LogField(absl::string_view key, double value);
  template <typename Int,
            std::enable_if_t<
                std::is_integral_v<Int> && !std::is_same_v<Int, bool>, int> = 0>
  LogField(absl::string_view key, Int value)
      : LogField(key, std::to_string(value), Raw()) {}

  absl::string_view key() const { return key_; }
  const std::string& json() const { return json_; }

 private:
  struct Raw {};
  LogField(absl::string_view key, std::string json, Raw)
      : key_(key), json_(std::move(json)) {}

  absl::string_view key_;
  std::string json_;
};

using LogFields = std::initializer_list<LogField>;

// Thread-safe. Never fails and never throws: a line that cannot be written is
// the sink's to count.
class Logger {
 public:
  // Not owned; both outlive this.
  Logger(LogSink* sink, const Clock* clock, LogLevel level = LogLevel::kInfo)
      : sink_(sink), clock_(clock), level_(level) {}

  void Debug(absl::string_view message, LogFields fields = {}) const noexcept {
    Log(LogLevel::kDebug, message, fields);
  }
  void Info(absl::string_view message, LogFields fields = {}) const noexcept {
    Log(LogLevel::kInfo, message, fields);
  }
  void Warning(absl::string_view message,
               LogFields fields = {}) const noexcept {
    Log(LogLevel::kWarning, message, fields);
  }
  void Error(absl::string_view message, LogFields fields = {}) const noexcept {
    Log(LogLevel::kError, message, fields);
  }
  void Log(LogLevel level, absl::string_view message,
           LogFields fields) const noexcept;

  // For what is expensive to gather.
  bool enabled(LogLevel level) const { return level >= level_.load(); }
  void set_level(LogLevel level) { level_.store(level); }

 private:
  LogSink* const sink_;
  const Clock* const clock_;
  std::atomic<LogLevel> level_;
};

// `text` as a JSON string, quotes included; always valid UTF-8 on one line.
std::string JsonString(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_LOG_H_
