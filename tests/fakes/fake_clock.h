// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A clock that stands still until it is told to move.

#ifndef PULLGATE_TESTS_FAKES_FAKE_CLOCK_H_
#define PULLGATE_TESTS_FAKES_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate {

// Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time start) : now_(start) {}

  absl::Time Now() const override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return now_;
  }

  // A negative duration turns the clock back, as setting the machine's does.
  void Advance(absl::Duration by) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    now_ += by;
  }

  void Set(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    now_ = now;
  }

 private:
  mutable Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_FAKES_FAKE_CLOCK_H_
