// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/sqlite_audit_ledger.h"

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SqliteAuditLedgerTest : public testing::Test {
 protected:
  absl::StatusOr<int64_t> Append(int64_t first, int64_t last) {
    return Store(*ledger_, vch_, "e1", SampleEvents(vch_, "e1", first, last));
  }

  // Everything, in the order of the positions.
  std::vector<LedgerEntry> All() {
    int64_t scanned = 0;
    auto entries = ledger_->ListFrom({}, 0, 1'000'000, &scanned);
    EXPECT_TRUE(entries.ok()) << entries.status();
    return entries.ok() ? *std::move(entries) : std::vector<LedgerEntry>();
  }

  const TempDir dir_;
  OpenedLedger ledger_ = OpenLedger(dir_.path());
  const VchId vch_ = Vch("vch-1");
};

TEST_F(SqliteAuditLedgerTest, StartsEmpty) {
  EXPECT_EQ(ledger_->LastSequence(vch_, "e1").value(), 0);
  EXPECT_EQ(ledger_->LastPosition().value(), 0);
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_THAT(ledger_->List({}, 0, 10)->entries, IsEmpty());
}

TEST_F(SqliteAuditLedgerTest, KeepsEventsAsTheyCame) {
  const auto events = SampleEvents(vch_, "e1", 1, 3);
  EXPECT_EQ(Store(*ledger_, vch_, "e1", events).value(), 3);
  const auto entries = All();
  ASSERT_EQ(entries.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(entries[i].position, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(entries[i].event.SerializeAsString(),
              events[i].SerializeAsString());
  }
}

TEST_F(SqliteAuditLedgerTest, KeepsTheVeryBytes) {
  auto event = SampleEvents(vch_, "e1", 1, 1).front();
  // A field that comes again at the end: serialising it anew gives less.
  const std::string bytes =
      event.SerializeAsString() + event.SerializeAsString();
  audit::v1::AuditEvent parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  ASSERT_NE(parsed.SerializeAsString(), bytes);
  const std::vector<RecordedEvent> events = {*ParseRecordedEvent(bytes)};
  ASSERT_TRUE(ledger_->Append(vch_, "e1", events, 0).ok());
  const auto database =
      Database::Open(dir_.File(SqliteAuditLedger::kFileName), {}).value();
  auto select =
      Statement::Prepare(*database, "SELECT payload FROM event").value();
  ASSERT_TRUE(select.Step().value());
  EXPECT_EQ(select.Blob(0), bytes);
}

TEST_F(SqliteAuditLedgerTest, RefusesTheFileOfAnEarlierVersion) {
  ledger_ = OpenedLedger();
  {
    const auto database =
        Database::Open(dir_.File(SqliteAuditLedger::kFileName), {}).value();
    ASSERT_TRUE(database->Execute("PRAGMA user_version = 1").ok());
  }
  const absl::Status status = TryOpenLedger(dir_.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("from before the first release (audit ledger "
                        "version 1, this one reads 2 and later)"));
}

TEST_F(SqliteAuditLedgerTest, HoldsARepeatedEventOnce) {
  EXPECT_EQ(Append(1, 3).value(), 3);
  EXPECT_EQ(Append(1, 3).value(), 3);
  EXPECT_EQ(Append(2, 5).value(), 5);
  EXPECT_EQ(Append(1, 1).value(), 5);
  EXPECT_THAT(PositionsOf(All()), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(SqliteAuditLedgerTest, KeepsWhatIsValidBeforeABrokenEvent) {
  ASSERT_TRUE(Append(1, 2).ok());
  EXPECT_EQ(Append(4, 5).status().code(), absl::StatusCode::kOutOfRange);
  auto foreign = SampleEvents(vch_, "e1", 3, 5);
  foreign[2].set_vch("vchs/vch-2");
  const auto result =
      ledger_->Append(vch_, "e1", Recorded(foreign), /*dropped_through=*/0);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->last_sequence, 4);
  EXPECT_EQ(result->refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result->refused.message()), HasSubstr("sequence 5"));
  EXPECT_EQ(ledger_->LastSequence(vch_, "e1").value(), 4);
  EXPECT_EQ(All().size(), 4u);
  EXPECT_EQ(Append(5, 5).value(), 5);
}

TEST_F(SqliteAuditLedgerTest, GoesOnAfterWhatTheAgentDropped) {
  ASSERT_TRUE(Append(1, 2).ok());
  const auto events = Recorded(SampleEvents(vch_, "e1", 6, 7));
  const auto result =
      ledger_->Append(vch_, "e1", events, /*dropped_through=*/5);
  ASSERT_TRUE(result.ok() && result->refused.ok());
  EXPECT_EQ(result->last_sequence, 7);
  EXPECT_THAT(PositionsOf(All()), ElementsAre(1, 2, 3, 4));
}

TEST_F(SqliteAuditLedgerTest, NumbersEpochsAndVchsApart) {
  ASSERT_TRUE(Append(1, 3).ok());
  const VchId other = Vch("vch-2");
  EXPECT_EQ(Store(*ledger_, vch_, "e2", SampleEvents(vch_, "e2", 1, 1)).value(),
            1);
  EXPECT_EQ(
      Store(*ledger_, other, "e1", SampleEvents(other, "e1", 1, 2)).value(), 2);
  EXPECT_EQ(ledger_->LastSequence(vch_, "e1").value(), 3);
  EXPECT_EQ(ledger_->LastSequence(vch_, "e2").value(), 1);
  EXPECT_EQ(ledger_->LastSequence(other, "e1").value(), 2);
  EXPECT_EQ(ledger_->LastSequence(other, "e2").value(), 0);
  EXPECT_EQ(All().size(), 6u);
}

TEST_F(SqliteAuditLedgerTest, AnEmptyBatchTellsTheLastSequence) {
  EXPECT_EQ(Store(*ledger_, vch_, "e1", {}).value(), 0);
  ASSERT_TRUE(Append(1, 3).ok());
  EXPECT_EQ(Store(*ledger_, vch_, "e1", {}).value(), 3);
}

TEST_F(SqliteAuditLedgerTest, IsTheSameAfterARestart) {
  ASSERT_TRUE(Append(1, 3).ok());
  const auto before = All();
  ledger_ = OpenedLedger();
  ledger_ = OpenLedger(dir_.path());
  EXPECT_EQ(ledger_->LastPosition().value(), 3);
  EXPECT_EQ(ledger_->LastSequence(vch_, "e1").value(), 3);
  EXPECT_EQ(PositionsOf(All()), PositionsOf(before));
  EXPECT_EQ(Append(4, 4).value(), 4);
  EXPECT_THAT(PositionsOf(All()), ElementsAre(1, 2, 3, 4));
}

TEST_F(SqliteAuditLedgerTest, ScansFromAPositionInBoundedSteps) {
  ledger_ = OpenedLedger();
  SqliteAuditLedger::Options options;
  options.max_scan = 4;
  ledger_ = OpenLedger(dir_.path(), options);
  auto events = SampleEvents(vch_, "e1", 1, 10);
  events[8].set_registry("rare.example");  // position 9
  ASSERT_TRUE(Store(*ledger_, vch_, "e1", events).ok());
  LedgerFilter filter;
  filter.registry = "rare.example";
  int64_t position = 0;
  std::vector<int64_t> steps;
  std::vector<int64_t> found;
  while (position < 10) {
    const auto entries = ledger_->ListFrom(filter, position, 10, &position);
    ASSERT_TRUE(entries.ok()) << entries.status();
    steps.push_back(position);
    for (const auto& entry : *entries) found.push_back(entry.position);
  }
  EXPECT_THAT(steps, ElementsAre(4, 8, 10));
  EXPECT_THAT(found, ElementsAre(9));
}

TEST_F(SqliteAuditLedgerTest, AFullStepOfTheScanEndsAtItsLastEntry) {
  ASSERT_TRUE(Append(1, 10).ok());
  int64_t scanned = 0;
  const auto entries = ledger_->ListFrom({}, 2, 3, &scanned);
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_THAT(PositionsOf(*entries), ElementsAre(3, 4, 5));
  EXPECT_EQ(scanned, 5);
}

TEST_F(SqliteAuditLedgerTest, AScanFromNowhereFindsNothing) {
  ASSERT_TRUE(Append(1, 3).ok());
  for (const int64_t position : {int64_t{3}, int64_t{99}, INT64_MAX}) {
    int64_t scanned = 0;
    EXPECT_THAT(ledger_->ListFrom({}, position, 10, &scanned).value(),
                IsEmpty());
    EXPECT_EQ(scanned, position);
  }
  int64_t scanned = 0;
  EXPECT_THAT(ledger_->ListFrom({}, 0, 0, &scanned).value(), IsEmpty());
  EXPECT_EQ(scanned, 0);
}

TEST_F(SqliteAuditLedgerTest, WaitsForEventsAndIsClosed) {
  EXPECT_FALSE(ledger_->WaitForEvent(0, absl::InfinitePast()));
  std::thread appender([this] { EXPECT_TRUE(Append(1, 2).ok()); });
  EXPECT_TRUE(ledger_->WaitForEvent(0, absl::InfiniteFuture()));
  appender.join();
  EXPECT_TRUE(ledger_->WaitForEvent(1, absl::InfinitePast()));
  std::thread closer([this] { ledger_->Close(); });
  EXPECT_FALSE(ledger_->WaitForEvent(2, absl::InfiniteFuture()));
  closer.join();
}

TEST_F(SqliteAuditLedgerTest, RefusesASecondProcessOnItsDirectory) {
  const absl::Status status = TryOpenLedger(dir_.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("in use by another process"));
}

TEST_F(SqliteAuditLedgerTest, TakesTimesOfAnyAge) {
  auto events = SampleEvents(vch_, "e1", 1, 3);
  events[0].mutable_event_time()->set_seconds(253402300799);  // year 9999
  events[1].mutable_event_time()->set_seconds(-62135596800);  // year 1
  ASSERT_TRUE(Store(*ledger_, vch_, "e1", events).ok());
  const auto page = ledger_->List({}, 0, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(PositionsOf(page->entries), ElementsAre(3, 2, 1));
  EXPECT_EQ(page->entries[2].event.event_time().seconds(), 253402300799);
}

}  // namespace
}  // namespace pullgate::pdp
