// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_TIME_BOOT_CLOCK_H_
#define PULLGATE_COMMON_TIME_BOOT_CLOCK_H_

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace pullgate {

// Time since the machine started, as if that had been absl::UnixEpoch(). Goes
// on while the machine sleeps, and nobody can set it: for measuring durations,
// and for ends that must not move when the wall clock is set. Meaningless in
// another run of the machine: never store it.
class BootClock final : public Clock {
 public:
  absl::Time Now() const override;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_TIME_BOOT_CLOCK_H_
