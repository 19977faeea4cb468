// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/backoff.h"

#include <vector>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

Backoff Make(double random) {
  return Backoff(absl::Milliseconds(200), absl::Seconds(1),
                 [random] { return random; });
}

TEST(BackoffTest, DoublesUpToTheMaximum) {
  Backoff backoff = Make(1.0);
  std::vector<absl::Duration> waits;
  for (int i = 0; i < 5; ++i) waits.push_back(backoff.Next());
  EXPECT_EQ(waits,
            std::vector<absl::Duration>(
                {absl::Milliseconds(200), absl::Milliseconds(400),
                 absl::Milliseconds(800), absl::Seconds(1), absl::Seconds(1)}));
}

TEST(BackoffTest, JitterTakesAwayAtMostHalf) {
  EXPECT_EQ(Make(0.0).Next(), absl::Milliseconds(100));
  EXPECT_EQ(Make(0.5).Next(), absl::Milliseconds(150));
}

TEST(BackoffTest, ResetStartsAnew) {
  Backoff backoff = Make(1.0);
  for (int i = 0; i < 100; ++i) backoff.Next();
  EXPECT_EQ(backoff.Next(), absl::Seconds(1));
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(200));
}

TEST(BackoffTest, NeverSpinsOrGrowsWithoutBound) {
  Backoff zero(absl::ZeroDuration(), absl::ZeroDuration(), [] { return 0.0; });
  for (int i = 0; i < 100; ++i) {
    EXPECT_GT(zero.Next(), absl::ZeroDuration());
  }
  Backoff upside_down(absl::Seconds(2), absl::Seconds(1), [] { return 1.0; });
  upside_down.Next();
  EXPECT_EQ(upside_down.Next(), absl::Seconds(2));
}

TEST(UnitRandomTest, StaysInRangeAndVaries) {
  const UnitRandom random = MakeUnitRandom();
  bool varies = false;
  const double first = random();
  for (int i = 0; i < 1000; ++i) {
    const double value = random();
    EXPECT_GE(value, 0.0);
    EXPECT_LT(value, 1.0);
    varies = varies || value != first;
  }
  EXPECT_TRUE(varies);
}

}  // namespace
}  // namespace pullgate
