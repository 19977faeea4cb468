// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_BACKOFF_H_
#define PULLGATE_COMMON_RPC_BACKOFF_H_

#include <functional>

#include "absl/time/time.h"

namespace pullgate {

// A number from [0, 1). May be called by one thread at a time.
using UnitRandom = std::function<double()>;

// Seeded by the operating system.
UnitRandom MakeUnitRandom();

// How long to wait before trying again: doubling from `min` to `max`, each
// time between half of that and all of it, so that agents that lost their PDP
// together do not come back together. Not thread-safe.
class Backoff {
 public:
  // 0 < min <= max.
  Backoff(absl::Duration min, absl::Duration max, UnitRandom random);

  // The next wait.
  absl::Duration Next();

  // What was tried has worked: the next wait is a short one again.
  void Reset() { current_ = min_; }

 private:
  const absl::Duration min_;
  const absl::Duration max_;
  const UnitRandom random_;
  absl::Duration current_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_BACKOFF_H_
