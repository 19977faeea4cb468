// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/time/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(SystemClockTest, TellsTheMachinesTime) {
  const SystemClock clock;
  const absl::Time before = absl::Now();
  const absl::Time told = clock.Now();
  EXPECT_GE(told, before);
  EXPECT_LE(told, absl::Now());
}

}  // namespace
}  // namespace pullgate
