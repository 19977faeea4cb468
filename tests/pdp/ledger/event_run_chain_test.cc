// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/event_run.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A ledger that has the epoch up to some sequence, and a batch with the rest.
class EventRunChainTest : public ::testing::Test {
 protected:
  EventRunChainTest() { HasUpTo(3); }

  void HasUpTo(int64_t sequence) {
    state_ = EpochState();
    state_.last_sequence = sequence;
    if (sequence > 0) {
      state_.last_hash = HashEvent(events_[sequence - 1].SerializeAsString());
    }
  }

  // What is made of the events from `first` on.
  EventRun Run(int64_t first, int64_t dropped_through = 0) {
    recorded_.clear();
    for (size_t i = first - 1; i < events_.size(); ++i) {
      recorded_.push_back(*ParseRecordedEvent(events_[i].SerializeAsString()));
    }
    return NewEvents(vch_, "e1", state_, dropped_through, recorded_);
  }

  void ExpectBrokenAt(const EventRun& run, int64_t sequence,
                      const std::string& why) {
    EXPECT_TRUE(absl::IsInvalidArgument(run.refused)) << run.refused;
    EXPECT_THAT(ReasonOf(run.refused), Eq("CHAIN_BROKEN"));
    EXPECT_THAT(run.refused.message(),
                HasSubstr("sequence " + std::to_string(sequence) + " "));
    EXPECT_THAT(run.refused.message(), HasSubstr(why));
  }

  AuditEvent& Event(int64_t sequence) { return events_[sequence - 1]; }

  const VchId vch_ = Vch("vch-1");
  std::vector<AuditEvent> events_ = SampleEvents(vch_, "e1", 1, 8);
  EpochState state_;
  std::vector<RecordedEvent> recorded_;
};

TEST_F(EventRunChainTest, TakesWhatFollows) {
  const EventRun run = Run(4);
  EXPECT_TRUE(run.refused.ok()) << run.refused;
  EXPECT_THAT(run.fresh, SizeIs(5));
  EXPECT_FALSE(run.hole);
}

TEST_F(EventRunChainTest, KeepsWhatWasValidBeforeTheBreak) {
  Event(6).set_asked("another");  // 7 has the hash of what it was
  const EventRun run = Run(4);
  ExpectBrokenAt(run, 7, "does not carry the hash of the event before it");
  EXPECT_THAT(run.fresh, SizeIs(3));
}

TEST_F(EventRunChainTest, TheFirstNewOneFollowsTheLedgersLast) {
  (*state_.last_hash)[0] ^= 1;
  const EventRun run = Run(4);
  ExpectBrokenAt(run, 4, "does not carry the hash of the event before it");
  EXPECT_THAT(run.fresh, SizeIs(0));
}

TEST_F(EventRunChainTest, ARepeatOfTheLastMustBeTheSame) {
  EXPECT_TRUE(Run(3).refused.ok());
  Event(3).set_asked("another");
  ExpectBrokenAt(Run(3), 3, "another one than was stored before");
}

TEST_F(EventRunChainTest, AnEpochStartsOnceAndAtItsBeginning) {
  HasUpTo(0);
  EXPECT_THAT(Run(1).fresh, SizeIs(8));
  Event(1).set_kind(AuditEvent::KIND_VERDICT);
  ExpectBrokenAt(Run(1), 1, "does not start its epoch");
  Event(1).set_kind(AuditEvent::KIND_EPOCH_STARTED);
  Event(1).set_previous_hash(std::string(32, 'x'));
  ExpectBrokenAt(Run(1), 1, "first of its epoch and has a previous_hash");
  HasUpTo(3);
  Event(5).set_kind(AuditEvent::KIND_EPOCH_STARTED);
  ExpectBrokenAt(Run(4), 5, "starts the epoch once more");
}

TEST_F(EventRunChainTest, AnAgentRecordsNoRetentionAndNoHashlessEvent) {
  Event(4).set_kind(AuditEvent::KIND_RETENTION);
  ExpectBrokenAt(Run(4), 4, "only the ledger itself");
  Event(4).set_kind(AuditEvent::KIND_VERDICT);
  Event(4).clear_previous_hash();
  ExpectBrokenAt(Run(4), 4, "no previous_hash of 32 bytes");
}

TEST_F(EventRunChainTest, WhatWasDroppedIsAHoleWithTheHashOfItsLast) {
  const EventRun run = Run(7, /*dropped_through=*/6);
  EXPECT_TRUE(run.refused.ok()) << run.refused;
  EXPECT_THAT(run.fresh, SizeIs(2));
  ASSERT_TRUE(run.hole);
  EXPECT_THAT(run.hole->first_sequence, Eq(4));
  EXPECT_THAT(run.hole->last_sequence, Eq(6));
  EXPECT_THAT(run.hole->last_hash, Eq(HashEvent(Event(6).SerializeAsString())));
}

TEST_F(EventRunChainTest, AHoleThatWasNotToldOfIsAGap) {
  const EventRun run = Run(7);
  EXPECT_TRUE(absl::IsOutOfRange(run.refused)) << run.refused;
  EXPECT_THAT(ReasonOf(run.refused), Eq("SEQUENCE_GAP"));
  EXPECT_FALSE(run.hole);
}

TEST_F(EventRunChainTest, AGapEventTellsOfWhatIsBeforeIt) {
  Event(8).set_kind(AuditEvent::KIND_GAP);
  auto& gap = *Event(8).mutable_gap();
  gap.set_first_sequence(4);
  gap.set_last_sequence(8);
  gap.set_last_hash(std::string(32, 'x'));
  ExpectBrokenAt(Run(4), 8, "a gap that is not before it");
  gap.set_last_sequence(6);
  EXPECT_TRUE(Run(4).refused.ok());
  gap.set_last_hash("short");
  ExpectBrokenAt(Run(4), 8, "without the hash of its last event");
}

TEST_F(EventRunChainTest, AGapExplainsTheHolesThatItCovers) {
  pullgate::audit::v1::Gap gap;
  gap.set_first_sequence(10);
  gap.set_last_sequence(20);
  EventHash hash = {};
  gap.set_last_hash(ToBytes(hash));
  EXPECT_TRUE(Explains(gap, {10, 20, hash}));
  EXPECT_TRUE(Explains(gap, {12, 20, hash}));
  EXPECT_FALSE(Explains(gap, {9, 20, hash}));
  EXPECT_FALSE(Explains(gap, {12, 21, hash}));
  hash[0] = 1;
  EXPECT_FALSE(Explains(gap, {12, 20, hash}));
  // An earlier one, whose own gap event was dropped too.
  EXPECT_TRUE(Explains(gap, {12, 19, hash}));
}

}  // namespace
}  // namespace pullgate::pdp
