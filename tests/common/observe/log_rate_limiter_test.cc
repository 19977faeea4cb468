// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/log_rate_limiter.h"

#include <optional>

#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate {
namespace {

TEST(LogRateLimiterTest, LetsOneThroughPerIntervalAndCountsTheRest) {
  FakeClock clock(absl::UnixEpoch());
  LogRateLimiter limiter(&clock, absl::Seconds(1));
  EXPECT_EQ(limiter.Admit(), 0u);
  EXPECT_EQ(limiter.Admit(), std::nullopt);
  EXPECT_EQ(limiter.Admit(), std::nullopt);
  clock.Advance(absl::Seconds(1) - absl::Nanoseconds(1));
  EXPECT_EQ(limiter.Admit(), std::nullopt);
  clock.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(limiter.Admit(), 3u);
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(limiter.Admit(), 0u);
}

TEST(LogRateLimiterTest, LetsABurstThroughAndSavesUpForTheNext) {
  FakeClock clock(absl::UnixEpoch());
  LogRateLimiter limiter(&clock, absl::Seconds(1), /*burst=*/3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Admit(), 0u);
  EXPECT_EQ(limiter.Admit(), std::nullopt);
  clock.Advance(absl::Milliseconds(2500));
  EXPECT_EQ(limiter.Admit(), 1u);
  EXPECT_EQ(limiter.Admit(), 0u);
  EXPECT_EQ(limiter.Admit(), std::nullopt);
  clock.Advance(absl::Milliseconds(500));
  EXPECT_EQ(limiter.Admit(), 1u);
  clock.Advance(absl::Hours(1));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Admit(), 0u);
  EXPECT_EQ(limiter.Admit(), std::nullopt);
}

TEST(LogRateLimiterTest, IsNotSilencedByAClockTurnedBack) {
  FakeClock clock(absl::UnixEpoch() + absl::Hours(1));
  LogRateLimiter limiter(&clock, absl::Seconds(1));
  EXPECT_NE(limiter.Admit(), std::nullopt);
  clock.Advance(-absl::Hours(1));
  EXPECT_NE(limiter.Admit(), std::nullopt);
}

}  // namespace
}  // namespace pullgate
