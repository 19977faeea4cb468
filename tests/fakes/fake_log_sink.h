// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A log sink that keeps what was written.

#ifndef PULLGATE_TESTS_FAKES_FAKE_LOG_SINK_H_
#define PULLGATE_TESTS_FAKES_FAKE_LOG_SINK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/observe/log_sink.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Thread-safe.
class FakeLogSink final : public LogSink {
 public:
  void Write(std::string line) noexcept override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    lines_.push_back(std::move(line));
  }

  std::vector<std::string> lines() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return lines_;
  }

  // Whether some line contains the text.
  bool Has(absl::string_view text) const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    for (const std::string& line : lines_) {
      if (absl::StrContains(line, text)) return true;
    }
    return false;
  }

 private:
  mutable Mutex mu_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_FAKE_LOG_SINK_H_
