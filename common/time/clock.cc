// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/time/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace pullgate {

absl::Time SystemClock::Now() const { return absl::Now(); }

}  // namespace pullgate
