// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Time as an argument: whatever asks for the time is given a Clock, so that a
// test can decide what time it is (tests/fakes/fake_clock.h).

#ifndef PULLGATE_COMMON_TIME_CLOCK_H_
#define PULLGATE_COMMON_TIME_CLOCK_H_

#include "absl/time/time.h"

namespace pullgate {

// Thread-safe. Usually passed as `const Clock*`, not owned, outliving its
// users.
class Clock {
 public:
  virtual ~Clock() = default;

  // The present moment. It may go backwards when the machine's time is set:
  // compare it with points in time, do not measure short durations with it.
  virtual absl::Time Now() const = 0;
};

// The machine's clock. The only place that reads it.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_TIME_CLOCK_H_
