// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/backoff.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/random/random.h"

namespace pullgate {

UnitRandom MakeUnitRandom() {
  auto generator = std::make_shared<absl::BitGen>();
  return [generator] { return absl::Uniform(*generator, 0.0, 1.0); };
}

Backoff::Backoff(absl::Duration min, absl::Duration max, UnitRandom random)
    : min_(std::max(min, absl::Milliseconds(1))),
      max_(std::max(min_, max)),
      random_(std::move(random)),
      current_(min_) {}

absl::Duration Backoff::Next() {
  const absl::Duration full = current_;
  current_ = std::min(max_, current_ * 2);
  return full / 2 + full / 2 * random_();
}

}  // namespace pullgate
