// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_LOG_SINK_H_
#define PULLGATE_COMMON_OBSERVE_LOG_SINK_H_

#include <cstdint>
#include <string>

namespace pullgate {

// Where log lines go. Thread-safe.
class LogSink {
 public:
  virtual ~LogSink() = default;

  // `line` has no line feed. Never blocks for long, never throws.
  virtual void Write(std::string line) noexcept = 0;

  // Returns when what was written before has left, or could not.
  virtual void Flush() noexcept {}

  // Lines that were lost.
  virtual uint64_t dropped() const { return 0; }
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_LOG_SINK_H_
