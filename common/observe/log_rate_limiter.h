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

// For a line that an attacker or an outage could repeat without end: lets the
// first `burst` through, then one per interval; what was not used is saved up
// to `burst` again. One limiter per kind of line. Thread-safe.
//
//   if (const auto skipped = limiter_.Admit()) {
//     log_->Warning("call refused", {..., {names::kSkipped, *skipped}});
//   }
class LogRateLimiter {
 public:
  // The clock outlives this.
  LogRateLimiter(const Clock* clock, absl::Duration interval, int burst = 1)
      : clock_(clock), interval_(interval), burst_(burst), left_(burst) {}

  // How many lines were held back since the last one, if one may go now.
  std::optional<uint64_t> Admit() ABSL_LOCKS_EXCLUDED(mu_) {
    const absl::Time now = clock_->Now();
    MutexLock lock(&mu_);
    Refill(now);
    if (left_ == 0) {
      ++skipped_;
      return std::nullopt;
    }
    --left_;
    const uint64_t skipped = skipped_;
    skipped_ = 0;
    return skipped;
  }

 private:
  void Refill(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    // A clock turned back must not silence the line until it has caught up.
    if (left_ == burst_ || now < since_) {
      left_ = left_ == burst_ ? burst_ : 1;
      since_ = now;
      return;
    }
    absl::Duration rest;
    const int64_t gained = absl::IDivDuration(now - since_, interval_, &rest);
    if (gained >= burst_ - left_) {
      left_ = burst_;
      since_ = now;
    } else {
      left_ += static_cast<int>(gained);
      since_ = now - rest;
    }
  }

  const Clock* const clock_;
  const absl::Duration interval_;
  const int burst_;
  Mutex mu_;
  int left_ ABSL_GUARDED_BY(mu_);
  // From when the next line is being saved up.
  absl::Time since_ ABSL_GUARDED_BY(mu_);
  uint64_t skipped_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_LOG_RATE_LIMITER_H_
