// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What a ledger forgets, and what it says about that.

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/fakes/fake_clock.h"
#include "tests/pdp/ledger/ledger_fixture.h"
#include "tests/support/faulty_disk.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::Retention;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSegment = 4096;

class LedgerRetentionTest : public ::testing::Test {
 protected:
  LedgerRetentionTest() { Open(); }

  void Open() {
    ledger_ = OpenedLedger();
    SqliteAuditLedger::Options options;
    options.clock = &clock_;
    ledger_ = OpenLedger(dir_.path(), options);
  }

  // Events `first` to `last`, all given at `time`.
  void Append(int64_t first, int64_t last, absl::Time time) {
    auto events = SampleEvents(vch_, "e1", first, last);
    for (AuditEvent& event : events) {
      event.mutable_event_time()->set_seconds(absl::ToUnixSeconds(time));
    }
    const auto stored = Store(*ledger_, vch_, "e1", events);
    ASSERT_TRUE(stored.ok()) << stored.status();
  }

  std::vector<LedgerEntry> OwnEvents() {
    LedgerFilter filter;
    filter.kinds = {AuditEvent::KIND_RETENTION};
    return ledger_->List(filter, 0, 100)->entries;
  }

  static RetentionLimits Age(absl::Duration age) {
    RetentionLimits limits;
    limits.max_age = age;
    return limits;
  }

  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TempDir dir_;
  OpenedLedger ledger_;
  const VchId vch_ = Vch("vch-1");
};

TEST_F(LedgerRetentionTest, ForgetsNothingUnlessTold) {
  Append(1, 2 * kSegment, absl::FromUnixSeconds(0));
  ASSERT_TRUE(ledger_->Maintain({}).ok());
  EXPECT_EQ(ledger_->Stats()->events, 2 * kSegment);
  EXPECT_EQ(ledger_->Stats()->forgotten, 0);
  EXPECT_THAT(OwnEvents(), IsEmpty());
}

TEST_F(LedgerRetentionTest, ForgetsWholeSegmentsThatAreTooOldAndSaysSo) {
  const absl::Time now = clock_.Now();
  Append(1, kSegment, now - absl::Hours(50));
  Append(kSegment + 1, 2 * kSegment - 1, now - absl::Hours(50));
  Append(2 * kSegment, 2 * kSegment + 10, now - absl::Hours(1));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(48))).ok());

  const auto own = OwnEvents();
  ASSERT_EQ(own.size(), 1u);
  const AuditEvent& event = own[0].event;
  EXPECT_EQ(event.event_id(), "/ledger/1");
  EXPECT_EQ(event.retention().cause(), Retention::CAUSE_AGE);
  EXPECT_EQ(event.retention().first_position(), 1);
  EXPECT_EQ(event.retention().last_position(), kSegment);
  EXPECT_EQ(event.retention().limit(), "older than 48h");
  EXPECT_EQ(event.retention().latest_event_time().seconds(),
            absl::ToUnixSeconds(now - absl::Hours(50)));
  EXPECT_EQ(event.event_time().seconds(), absl::ToUnixSeconds(now));

  const auto stats = ledger_->Stats();
  EXPECT_EQ(stats->forgotten, kSegment);
  EXPECT_EQ(stats->events, kSegment + 11);
  EXPECT_EQ(stats->oldest, now - absl::Hours(50));
  // The epoch goes on where it was.
  EXPECT_EQ(ledger_->LastSequence(vch_, "e1").value(), 2 * kSegment + 10);
  Append(2 * kSegment + 11, 2 * kSegment + 11, now);
}

TEST_F(LedgerRetentionTest, ChainsItsOwnEvents) {
  for (int day = 0; day < 3; ++day) {
    Append(day * kSegment + 1, (day + 1) * kSegment, clock_.Now());
    clock_.Advance(absl::Hours(30));
    ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  }
  const auto own = OwnEvents();
  ASSERT_EQ(own.size(), 1u) << "older ones went with what they stood among";
  EXPECT_EQ(own[0].event.sequence(), 3);
  EXPECT_EQ(own[0].event.previous_hash().size(), 32u);
}

TEST_F(LedgerRetentionTest, ForgetsBySizeOldestFirst) {
  Append(1, 6 * kSegment, clock_.Now());
  RetentionLimits limits;
  limits.max_bytes = ledger_->Stats()->bytes / 2;
  ASSERT_TRUE(ledger_->Maintain(limits).ok());
  const auto stats = ledger_->Stats();
  EXPECT_LE(stats->bytes, limits.max_bytes);
  EXPECT_GE(stats->events, 2 * kSegment);
  EXPECT_EQ(OwnEvents().back().event.retention().cause(),
            Retention::CAUSE_SIZE);
  EXPECT_EQ(OwnEvents().back().event.retention().limit(),
            absl::StrCat("more than ", limits.max_bytes, " bytes"));
  const auto page = ledger_->List({}, 0, 10);
  EXPECT_TRUE(page.ok()) << page.status();
}

TEST_F(LedgerRetentionTest, AnAgentWhoseClockRunsAheadKeepsNothingForEver) {
  Append(1, kSegment, clock_.Now() + absl::Hours(100'000));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  EXPECT_EQ(ledger_->Stats()->forgotten, 0);
  clock_.Advance(absl::Hours(25));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  EXPECT_EQ(ledger_->Stats()->forgotten, kSegment);
}

TEST_F(LedgerRetentionTest, AQuietLedgerForgetsToo) {
  Append(1, 10, clock_.Now());
  clock_.Advance(absl::Hours(25));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  EXPECT_EQ(ledger_->Stats()->forgotten, 10);
  EXPECT_EQ(ledger_->Stats()->events, 1) << "that they were";
}

TEST_F(LedgerRetentionTest, FollowersLearnThatTheirCursorWasForgotten) {
  Append(1, kSegment + 5, clock_.Now());
  clock_.Advance(absl::Hours(25));
  Append(kSegment + 6, kSegment + 6, clock_.Now());
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  int64_t scanned = 0;
  const auto lost = ledger_->ListFrom({}, 100, 10, &scanned);
  EXPECT_EQ(lost.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(lost.status()), "CURSOR_FORGOTTEN");
  EXPECT_THAT(std::string(lost.status().message()),
              HasSubstr("from position 101 to 4096 were forgotten"));
  const auto next = ledger_->ListFrom({}, kSegment, 10, &scanned);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->front().position, kSegment + 1);
}

TEST_F(LedgerRetentionTest, PositionsNeverComeAgain) {
  Append(1, kSegment, clock_.Now());
  clock_.Advance(absl::Hours(25));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  clock_.Advance(absl::Hours(25));
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  Open();
  EXPECT_GT(ledger_->LastPosition().value(), kSegment);
  const int64_t last = ledger_->LastPosition().value();
  const VchId other = Vch("vch-2");
  ASSERT_TRUE(
      Store(*ledger_, other, "e1", SampleEvents(other, "e1", 1, 1)).ok());
  EXPECT_EQ(ledger_->LastPosition().value(), last + 1);
}

TEST_F(LedgerRetentionTest, AFailingDiskForgetsNothingAndLaterAll) {
  ledger_ = OpenedLedger();
  FaultyDisk disk;
  Open();
  Append(1, kSegment, clock_.Now());
  clock_.Advance(absl::Hours(25));
  disk.FailWrites(true);
  EXPECT_EQ(ledger_->Maintain(Age(absl::Hours(24))).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(ledger_->Stats()->forgotten, 0);
  disk.FailWrites(false);
  ASSERT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok());
  EXPECT_EQ(ledger_->Stats()->forgotten, kSegment);
  EXPECT_EQ(OwnEvents().size(), 1u);
  ledger_ = OpenedLedger();  // before its disk
}

TEST_F(LedgerRetentionTest, ListsGoOnWhileItForgets) {
  Append(1, 4 * kSegment, clock_.Now());
  clock_.Advance(absl::Hours(25));
  std::thread keeper(
      [this] { EXPECT_TRUE(ledger_->Maintain(Age(absl::Hours(24))).ok()); });
  LedgerFilter filter;
  filter.vch = vch_;
  for (int i = 0; i < 50; ++i) {
    const auto page = ledger_->List(filter, 0, 1000);
    EXPECT_TRUE(page.ok()) << page.status();
  }
  keeper.join();
  EXPECT_THAT(ledger_->List(filter, 0, 10)->entries, IsEmpty());
}

}  // namespace
}  // namespace pullgate::pdp
