// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_book.h"

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::Gap;

constexpr int64_t kMax = 64'000;

// An event's hash is its sequence here.
ChainHead Event(int64_t sequence) {
  ChainHead event = {sequence, {}};
  event.hash.front() = static_cast<uint8_t>(sequence);
  return event;
}

class SpoolBookTest : public ::testing::Test {
 protected:
  // One event of `bytes` for each second.
  void Enter(int count, size_t bytes) {
    for (int i = 0; i < count; ++i) {
      const int64_t sequence = book_.head().sequence + 1;
      book_.Enter(Event(sequence), bytes, absl::FromUnixSeconds(sequence));
    }
  }

  // Drops, and enters the event that tells of it.
  Gap Drop(size_t more) {
    const std::optional<Gap> gap = book_.PlanDrop(more);
    EXPECT_TRUE(gap.has_value());
    if (!gap) return {};
    book_.Drop(*gap, book_.head().sequence + 1);
    Enter(1, 100);
    return *gap;
  }

  SpoolBook book_{kMax, /*acked=*/0, ChainHead(), Gap()};
};

TEST_F(SpoolBookTest, CountsWhatItHolds) {
  EXPECT_EQ(book_.oldest(), absl::InfiniteFuture());
  Enter(5, 1000);
  EXPECT_EQ(book_.events(), 5);
  EXPECT_EQ(book_.bytes(), 5000);
  EXPECT_EQ(book_.oldest(), absl::FromUnixSeconds(1));
  book_.Ack(2);
  EXPECT_EQ(book_.events(), 3);
  EXPECT_EQ(book_.bytes(), 3000);
  EXPECT_EQ(book_.base(), 2);
  EXPECT_EQ(book_.oldest(), absl::FromUnixSeconds(3));
  book_.Ack(1);
  EXPECT_EQ(book_.acked(), 2);
}

TEST_F(SpoolBookTest, DropsASixteenthAtLeast) {
  Enter(640, 100);
  EXPECT_FALSE(book_.Fits(1));
  const Gap gap = Drop(100);
  EXPECT_EQ(gap.first_sequence(), 1);
  EXPECT_EQ(gap.last_sequence(), 40);
  EXPECT_EQ(gap.last_hash().front(), 40);
  EXPECT_EQ(gap.first_event_time().seconds(), 1);
  EXPECT_EQ(gap.last_event_time().seconds(), 40);
  EXPECT_EQ(gap.dropped_total(), 40);
  EXPECT_EQ(book_.base(), 40);
  EXPECT_TRUE(book_.Fits(100));
}

TEST_F(SpoolBookTest, DropsMoreWhereMoreIsNeeded) {
  Enter(640, 100);
  const Gap gap = Drop(30'000);
  EXPECT_GE(gap.last_sequence() * 100, 30'000);
  EXPECT_LE(gap.last_sequence() * 100, 32'000);
  EXPECT_TRUE(book_.Fits(30'000));
}

TEST_F(SpoolBookTest, DropsNothingWhenEvenThatIsNotEnough) {
  EXPECT_FALSE(book_.PlanDrop(1).has_value()) << "nothing is held";
  Enter(10, 100);
  EXPECT_FALSE(book_.PlanDrop(kMax).has_value()) << "no room for the gap";
}

TEST_F(SpoolBookTest, AGapGrowsUntilItsEventIsAcknowledged) {
  Enter(640, 100);
  Drop(100);
  const int64_t told = book_.head().sequence;
  book_.Ack(60);  // beyond the hole, not yet at the event
  Enter(60, 100);
  const Gap second = Drop(5000);
  EXPECT_EQ(second.first_sequence(), 1);
  EXPECT_GT(second.dropped_total(), 40);
  book_.Ack(book_.head().sequence);
  EXPECT_LE(told, book_.acked());
  Enter(640, 100);
  const Gap third = Drop(100);
  EXPECT_EQ(third.first_sequence(), book_.acked() + 1);
  EXPECT_EQ(third.first_event_time().seconds(), book_.acked() + 1);
  EXPECT_GT(third.dropped_total(), second.dropped_total());
}

TEST_F(SpoolBookTest, AnAckWithinWhatIsDroppedTakesNothingOff) {
  Enter(640, 100);
  Drop(100);
  const int64_t bytes = book_.bytes();
  book_.Ack(20);
  EXPECT_EQ(book_.acked(), 20);
  EXPECT_EQ(book_.base(), 40);
  EXPECT_EQ(book_.bytes(), bytes);
}

TEST_F(SpoolBookTest, WhatWasAcknowledgedMeanwhileIsNotTakenOffTwice) {
  Enter(640, 100);
  const std::optional<Gap> gap = book_.PlanDrop(100);
  ASSERT_TRUE(gap.has_value());
  book_.Ack(gap->last_sequence() + 5);
  const int64_t bytes = book_.bytes();
  book_.Drop(*gap, book_.head().sequence + 1);
  EXPECT_EQ(book_.bytes(), bytes);
  EXPECT_EQ(book_.base(), gap->last_sequence() + 5);
}

}  // namespace
}  // namespace pullgate::agent
