// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fakes/fake_clock.h"

#include <thread>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr absl::Time kStart = absl::UnixEpoch();

TEST(FakeClockTest, StandsStillUntilTold) {
  const FakeClock clock(kStart);
  EXPECT_EQ(clock.Now(), kStart);
  EXPECT_EQ(clock.Now(), kStart);
}

TEST(FakeClockTest, MovesForwardAndBack) {
  FakeClock clock(kStart);
  clock.Advance(absl::Minutes(5));
  EXPECT_EQ(clock.Now(), kStart + absl::Minutes(5));
  clock.Advance(-absl::Minutes(10));
  EXPECT_EQ(clock.Now(), kStart - absl::Minutes(5));
  clock.Set(kStart);
  EXPECT_EQ(clock.Now(), kStart);
}

TEST(FakeClockTest, MayBeReadWhileItMoves) {
  FakeClock clock(kStart);
  std::thread mover([&clock] {
    for (int i = 0; i < 100; ++i) clock.Advance(absl::Seconds(1));
  });
  absl::Time last = kStart;
  for (int i = 0; i < 100; ++i) {
    const absl::Time now = clock.Now();
    EXPECT_GE(now, last);
    last = now;
  }
  mover.join();
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(100));
}

}  // namespace
}  // namespace pullgate
