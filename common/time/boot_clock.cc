// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/time/boot_clock.h"

#include <time.h>

namespace pullgate {

absl::Time BootClock::Now() const {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return absl::UnixEpoch() + absl::DurationFromTimespec(now);
}

}  // namespace pullgate
