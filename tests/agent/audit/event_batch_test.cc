// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_batch.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EventBatchTest, TakesEventsUpToItsBounds) {
  EventBatch few(/*max_events=*/2, /*max_bytes=*/1000);
  for (int64_t i = 5; i < 9; ++i) few.Add(i, "x");
  EXPECT_TRUE(few.full());
  EXPECT_EQ(few.first_sequence(), 5);
  EXPECT_THAT(few.TakeEvents(), ElementsAre("x", "x"));

  EventBatch small(/*max_events=*/100, /*max_bytes=*/4);
  for (const char* event : {"abc", "de", "f"}) small.Add(1, event);
  EXPECT_THAT(small.TakeEvents(), ElementsAre("abc"));
}

TEST(EventBatchTest, TakesAFirstEventOfAnySize) {
  EventBatch batch(/*max_events=*/10, /*max_bytes=*/0);
  batch.Add(1, "large");
  batch.Add(2, "x");
  EXPECT_THAT(batch.TakeEvents(), ElementsAre("large"));
}

TEST(EventBatchTest, AHoleForgetsWhatIsBeforeIt) {
  EventBatch batch(/*max_events=*/10, /*max_bytes=*/1000);
  batch.Add(3, "three");
  batch.Add(4, "four");
  batch.Add(9, "nine");
  batch.Add(10, "ten");
  EXPECT_EQ(batch.first_sequence(), 9);
  EXPECT_THAT(batch.TakeEvents(), ElementsAre("nine", "ten"));
}

TEST(EventBatchTest, ForgetsFromTheFront) {
  EventBatch batch(/*max_events=*/10, /*max_bytes=*/1000);
  for (int64_t i = 3; i < 7; ++i) batch.Add(i, std::to_string(i));
  batch.Forget(1);
  EXPECT_EQ(batch.first_sequence(), 3);
  batch.Forget(4);
  EXPECT_EQ(batch.first_sequence(), 5);
  batch.Forget(99);
  EXPECT_EQ(batch.first_sequence(), 0);
  EXPECT_THAT(batch.TakeEvents(), IsEmpty());
}

}  // namespace
}  // namespace pullgate::agent
