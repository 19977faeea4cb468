// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_LOG_RATE_LIMITER_H_
#define PULLGATE_COMMON_OBSERVE_LOG_RATE_LIMITER_H_

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate {

// For a line that an attacker or an outage could repeat without end: lets one
// through per interval. One limiter per kind of line. Thread-safe.
//
//   if (const auto skipped = limiter_.Admit()) {
//     log_->Warning("call refused", {..., {names::kSkipped, *skipped}});
//   }
class LogRateLimiter {
 public:
  // The clock outlives this.
  LogRateLimiter(const Clock* clock, absl::Duration interval)
      : clock_(clock), interval_(interval) {}

  // How many lines were held back since the last one, if one may go now.
  std::optional<uint64_t> Admit() ABSL_LOCKS_EXCLUDED(mu_) {
    const absl::Time now = clock_->Now();
    MutexLock lock(&mu_);
    // A clock turned back must not silence the line until it has caught up.
    if (now >= last_ && now < last_ + interval_) {
      ++skipped_;
      return std::nullopt;
    }
    last_ = now;
    const uint64_t skipped = skipped_;
    skipped_ = 0;
    return skipped;
  }

 private:
  const Clock* const clock_;
  const absl::Duration interval_;
  Mutex mu_;
  absl::Time last_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  uint64_t skipped_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_LOG_RATE_LIMITER_H_
