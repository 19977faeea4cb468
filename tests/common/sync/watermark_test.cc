// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/watermark.h"

#include <thread>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/support/threads.h"

namespace pullgate {
namespace {

constexpr absl::Time kPast = absl::InfinitePast();
constexpr absl::Time kForever = absl::InfiniteFuture();

TEST(WatermarkTest, NeverFalls) {
  Watermark mark(5);
  mark.RaiseTo(3);
  EXPECT_EQ(mark.level(), 5);
  mark.RaiseTo(7);
  EXPECT_EQ(mark.level(), 7);
}

TEST(WatermarkTest, DoesNotWaitForWhatIsThere) {
  Watermark mark(5);
  EXPECT_TRUE(mark.WaitAbove(4, kPast));
  EXPECT_FALSE(mark.WaitAbove(5, kPast));
}

TEST(WatermarkTest, WakesAllWhoWaitForLess) {
  Watermark mark(0);
  Threads waiters;
  for (int i = 0; i < 4; ++i) {
    waiters.Start([&mark, i] { EXPECT_TRUE(mark.WaitAbove(i, kForever)); });
  }
  mark.RaiseTo(4);
  waiters.Join();
}

TEST(WatermarkTest, CloseEndsWaitingThenAndLater) {
  Watermark mark(1);
  std::thread waiter([&mark] { EXPECT_FALSE(mark.WaitAbove(1, kForever)); });
  mark.Close();
  waiter.join();
  EXPECT_FALSE(mark.WaitAbove(1, kForever));
  EXPECT_TRUE(mark.WaitAbove(0, kForever));
}

}  // namespace
}  // namespace pullgate
