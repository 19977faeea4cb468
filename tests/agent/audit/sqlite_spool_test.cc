// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/sqlite_spool.h"

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/sync/watermark.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/spool_fixture.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kMany = 1000;
constexpr int64_t kAnyBytes = INT64_MAX;

TEST(SqliteSpoolTest, NumbersEventsAfterTheOneThatBeginsTheEpoch) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 2);
  const auto third = spool->Append(SampleEvent());
  ASSERT_TRUE(third.ok()) << third.status();
  const std::string epoch = spool->status().epoch;
  EXPECT_EQ(epoch.size(), 32u);
  EXPECT_EQ(third->vch(), "vchs/vch-1");
  EXPECT_EQ(third->epoch(), epoch);
  EXPECT_EQ(third->sequence(), 4);
  EXPECT_EQ(third->event_id(), absl::StrCat("vch-1/", epoch, "/4"));
}

TEST(SqliteSpoolTest, ReadsBackWhatWasAppended) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  const auto recorded = spool->Append(SampleEvent(/*seconds=*/12345));
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  const auto read = Parsed(spool->Read(1, kMany, kAnyBytes));
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read.front().SerializeAsString(), recorded->SerializeAsString());
}

TEST(SqliteSpoolTest, ReadStartsAfterASequenceAndHonoursBothBounds) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 6);
  const auto sequences = [&spool](int64_t after, int events, int64_t bytes) {
    return SequencesOf(Parsed(spool->Read(after, events, bytes)));
  };
  const auto size =
      static_cast<int64_t>(spool->Read(2, 1, kAnyBytes)->events.front().size());
  EXPECT_THAT(sequences(2, kMany, kAnyBytes), ElementsAre(3, 4, 5, 6, 7));
  EXPECT_THAT(sequences(2, 3, kAnyBytes), ElementsAre(3, 4, 5));
  EXPECT_THAT(sequences(2, kMany, 2 * size + 1), ElementsAre(3, 4));
  EXPECT_THAT(sequences(2, kMany, 1), ElementsAre(3)) << "the first always";
  EXPECT_THAT(sequences(7, kMany, kAnyBytes), IsEmpty());
  EXPECT_THAT(sequences(99, kMany, kAnyBytes), IsEmpty());
}

TEST(SqliteSpoolTest, KeepsEpochSequenceAndEventsOverARestart) {
  const TempDir dir;
  std::string epoch;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    AppendSamples(*spool.spool, 5);
    ASSERT_TRUE(spool->Ack(2).ok());
    epoch = spool->status().epoch;
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_EQ(spool->status().epoch, epoch);
  EXPECT_EQ(spool->status().acked_sequence, 2);
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(3, 4, 5, 6));
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 7);
}

TEST(SqliteSpoolTest, ContinuesTheSequenceWhenEverythingWasAcked) {
  const TempDir dir;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    AppendSamples(*spool.spool, 5);
    ASSERT_TRUE(spool->Ack(6).ok());
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_THAT(HeldSequences(*spool.spool), IsEmpty());
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 7);
}

TEST(SqliteSpoolTest, ANewSpoolHasANewEpoch) {
  const TempDir one;
  const TempDir other;
  EXPECT_NE(OpenSpool(one.path())->status().epoch,
            OpenSpool(other.path())->status().epoch);
}

TEST(SqliteSpoolTest, AcksAreCumulativeAndRepeatsHarmless) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 5);
  EXPECT_TRUE(spool->Ack(3).ok());
  EXPECT_TRUE(spool->Ack(3).ok());
  EXPECT_TRUE(spool->Ack(1).ok());
  EXPECT_TRUE(spool->Ack(0).ok());
  EXPECT_TRUE(spool->Ack(-1).ok());
  EXPECT_EQ(spool->status().acked_sequence, 3);
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(4, 5, 6));
}

TEST(SqliteSpoolTest, RefusesTheAckOfWhatWasNeverGivenOut) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 2);
  const absl::Status status = spool->Ack(4);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("last one given out is 3"));
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(1, 2, 3));
}

TEST(SqliteSpoolTest, AcksMoreThanOneStepOfDeletionTakes) {
  const TempDir dir;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    AppendSamples(*spool.spool, 2500);
    ASSERT_TRUE(spool->Ack(2401).ok());
    EXPECT_EQ(HeldSequences(*spool.spool).size(), 100u);
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_EQ(HeldSequences(*spool.spool).size(), 100u);
}

TEST(SqliteSpoolTest, StatusCountsWhatIsUnacked) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  ASSERT_TRUE(spool->Ack(1).ok());
  Spool::Status status = spool->status();
  EXPECT_EQ(status.bytes, 0);
  EXPECT_EQ(status.events, 0);
  EXPECT_EQ(status.last_sequence, 1);
  EXPECT_EQ(status.oldest_unacked, absl::InfiniteFuture());

  const auto first = spool->Append(SampleEvent(/*seconds=*/100));
  const auto second = spool->Append(SampleEvent(/*seconds=*/200));
  status = spool->status();
  EXPECT_EQ(status.bytes, static_cast<int64_t>(first->ByteSizeLong() +
                                               second->ByteSizeLong()));
  EXPECT_EQ(status.last_sequence, 3);
  EXPECT_EQ(status.events, 2);
  EXPECT_EQ(status.oldest_unacked, absl::FromUnixSeconds(100));
  EXPECT_EQ(ToBytes(status.last_hash),
            ToBytes(HashEvent(AllHeld(*spool.spool).events.back())));
  EXPECT_EQ(status.last_error, "");

  ASSERT_TRUE(spool->Ack(2).ok());
  status = spool->status();
  EXPECT_EQ(status.bytes, static_cast<int64_t>(second->ByteSizeLong()));
  EXPECT_EQ(status.acked_sequence, 2);
  EXPECT_EQ(status.oldest_unacked, absl::FromUnixSeconds(200));
}

TEST(SqliteSpoolTest, RefusesBeyondItsBoundAndTakesAgainAfterAnAck) {
  const TempDir dir;
  SqliteSpool::Options options;
  options.max_bytes = 3000;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  int64_t accepted = 0;
  absl::Status refusal;
  while (refusal.ok() && accepted < kMany) {
    refusal = spool->Append(SampleEvent()).status();
    if (refusal.ok()) ++accepted;
  }
  EXPECT_EQ(refusal.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("spool.max_bytes"));
  EXPECT_GE(accepted, 2);
  EXPECT_LE(spool->status().bytes, options.max_bytes);
  EXPECT_THAT(spool->status().last_error, HasSubstr("nothing was recorded"));
  EXPECT_EQ(spool->status().last_sequence, accepted + 1);

  ASSERT_TRUE(spool->Ack(2).ok());
  const auto event = spool->Append(SampleEvent());
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->sequence(), accepted + 2) << "no number is wasted";
  EXPECT_EQ(spool->status().last_error, "");
}

TEST(SqliteSpoolTest, TheBoundCountsWhatAnEarlierProcessLeft) {
  const TempDir dir;
  SqliteSpool::Options options;
  AppendSamples(*OpenSpool(dir.path(), options).spool, 10);
  options.max_bytes = 1000;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  EXPECT_GT(spool->status().bytes, options.max_bytes);
  EXPECT_EQ(spool->Append(SampleEvent()).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(SqliteSpoolTest, WaitsForEventsThatAreNotThereYet) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_FALSE(spool->WaitForEvent(1, absl::InfinitePast()));
  std::thread appender([&spool] { AppendSamples(*spool.spool, 1); });
  EXPECT_TRUE(spool->WaitForEvent(1, absl::InfiniteFuture()));
  appender.join();
  EXPECT_FALSE(spool->WaitForEvent(2, absl::InfinitePast()));
}

TEST(SqliteSpoolTest, CloseEndsWaitsAndRefusesAppends) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 1);
  std::thread closer([&spool] { spool->Close(); });
  EXPECT_FALSE(spool->WaitForEvent(2, absl::InfiniteFuture()));
  closer.join();
  EXPECT_EQ(spool->Append(SampleEvent()).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(1, 2));
}

TEST(SqliteSpoolTest, RefusesTheSpoolOfAnotherVch) {
  const TempDir dir;
  AppendSamples(*OpenSpool(dir.path()).spool, 1);
  const auto other = TryOpenSpool(dir.path(), {}, "vch-2");
  EXPECT_EQ(other.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.status().message()),
              HasSubstr("\"vch-1\", not of \"vch-2\""));
  EXPECT_THAT(HeldSequences(*OpenSpool(dir.path()).spool), ElementsAre(1, 2));
}

TEST(SqliteSpoolTest, WhoDoesNotWaitIsToldTheSame) {
  const TempDir dir;
  SqliteSpool::Options options;
  options.max_bytes = 1500;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  std::vector<absl::StatusOr<std::string>> told;
  Watermark count(0);
  const auto append = [&] {
    spool->AppendAsync(SampleEvent().SerializeAsString(),
                       [&](const absl::StatusOr<std::string>& event_id) {
                         told.push_back(event_id);
                         count.RaiseTo(static_cast<int64_t>(told.size()));
                       });
  };
  for (int i = 0; i < 3; ++i) append();
  ASSERT_TRUE(count.WaitAbove(2, absl::InfiniteFuture()));
  const std::string epoch = spool->status().epoch;
  EXPECT_EQ(*told[0], absl::StrCat("vch-1/", epoch, "/2"));
  const auto events = Parsed(spool->Read(1, 10, INT64_MAX));
  ASSERT_EQ(events.size(), 2u);
  AuditEvent expected = SampleEvent();
  expected.set_vch("vchs/vch-1");
  expected.set_epoch(epoch);
  expected.set_sequence(3);
  expected.set_event_id(*told[1]);
  expected.set_previous_hash(events[1].previous_hash());
  EXPECT_EQ(events[1].SerializeAsString(), expected.SerializeAsString());
  EXPECT_EQ(told[2].status().code(), absl::StatusCode::kResourceExhausted);
  spool->Close();
  append();
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[3].status().code(), absl::StatusCode::kUnavailable);
}

TEST(SqliteSpoolTest, OverwritesIdentitiesThatTheCallerMadeUp) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AuditEvent event = SampleEvent();
  event.set_vch("vchs/somebody-else");
  event.set_epoch("made-up");
  event.set_sequence(77);
  event.set_event_id("made-up");
  event.set_previous_hash(std::string(32, 'x'));
  const auto recorded = spool->Append(event);
  ASSERT_TRUE(recorded.ok()) << recorded.status();
  EXPECT_EQ(recorded->vch(), "vchs/vch-1");
  EXPECT_EQ(recorded->sequence(), 2);
  EXPECT_TRUE(absl::EndsWith(recorded->event_id(), "/2"));
  AllHeld(*spool.spool);  // follows the chain
}

}  // namespace
}  // namespace pullgate::agent
