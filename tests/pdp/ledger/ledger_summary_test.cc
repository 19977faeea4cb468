// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/sqlite/database.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
namespace dec = pullgate::decision::v1;

constexpr int64_t kEvents = 5'000;  // a segment, and some more

class LedgerSummaryTest : public ::testing::Test {
 protected:
  LedgerSummaryTest() {
    for (const std::string vch : {"a", "b"}) {
      auto events = SampleEvents(Vch(vch), "e1", 1, kEvents);
      for (AuditEvent& event : events) {
        const int64_t n = event.sequence();
        event.set_registry(absl::StrCat("r", n % 3, ".example"));
        if (n % 10 == 0) {
          event.set_effect(dec::EFFECT_DENY);
          event.set_reason(dec::DENY_REASON_NOT_WHITELISTED);
        }
      }
      EXPECT_TRUE(Store(*ledger_, Vch(vch), "e1", events).ok());
    }
  }

  // Counts by the values, joined by spaces.
  std::map<std::string, int64_t> Counts(const LedgerFilter& filter,
                                        const std::vector<GroupField>& by) {
    std::map<std::string, int64_t> counts;
    const auto groups = ledger_->Summarize(filter, by, 10'000);
    EXPECT_TRUE(groups.ok()) << groups.status();
    if (!groups.ok()) return counts;
    for (const EventCount& group : *groups) {
      std::string key;
      for (const std::string& value : group.values) {
        absl::StrAppend(&key, key.empty() ? "" : " ", value);
      }
      counts[key] += group.count;
    }
    return counts;
  }

  using Map = std::map<std::string, int64_t>;

  const TempDir dir_;
  OpenedLedger ledger_ = OpenLedger(dir_.path());
};

TEST_F(LedgerSummaryTest, CountsAllAsOneGroup) {
  const auto groups = ledger_->Summarize({}, {}, 1);
  ASSERT_TRUE(groups.ok()) << groups.status();
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ((*groups)[0].count, 2 * kEvents);
  EXPECT_EQ((*groups)[0].first_ns, 1'000'000'000);
  EXPECT_EQ((*groups)[0].last_ns, kEvents * 1'000'000'000);
}

TEST_F(LedgerSummaryTest, CountsByFieldsAcrossSegmentsAndNewEvents) {
  EXPECT_EQ(Counts({}, {GroupField::kVch}),
            (Map{{"a", kEvents}, {"b", kEvents}}));
  EXPECT_EQ(
      Counts({}, {GroupField::kRegistry}),
      (Map{{"r0.example", 3332}, {"r1.example", 3334}, {"r2.example", 3334}}));
  EXPECT_EQ(Counts({}, {GroupField::kVch, GroupField::kEffect}),
            (Map{{"a 1", 500}, {"a 2", 4500}, {"b 1", 500}, {"b 2", 4500}}));
}

TEST_F(LedgerSummaryTest, CountsByHour) {
  // One event a second, from second 1.
  EXPECT_EQ(Counts({}, {GroupField::kHour}),
            (Map{{"0", 2 * 3599}, {"1", 2 * 1401}}));
}

TEST_F(LedgerSummaryTest, CountsOnlyWhatMatches) {
  LedgerFilter filter;
  filter.vch = Vch("b");
  filter.reason = dec::DENY_REASON_NOT_WHITELISTED;
  filter.start = absl::FromUnixSeconds(4'901);
  EXPECT_EQ(Counts(filter, {GroupField::kReason}), (Map{{"1", 10}}));
  filter.registry = "never.example";
  EXPECT_EQ(Counts(filter, {GroupField::kReason}), Map());
}

TEST_F(LedgerSummaryTest, CountsByEverythingAtOnce) {
  const auto counts = Counts(
      {},
      {GroupField::kHour, GroupField::kVch, GroupField::kAgent,
       GroupField::kRegistry, GroupField::kEffect, GroupField::kReason,
       GroupField::kRule, GroupField::kTransport, GroupField::kPolicyRevision,
       GroupField::kCertificate, GroupField::kKind, GroupField::kAddress});
  int64_t all = 0;
  for (const auto& [key, count] : counts) all += count;
  EXPECT_EQ(all, 2 * kEvents);
}

TEST_F(LedgerSummaryTest, RefusesTooManyGroups) {
  const auto groups = ledger_->Summarize({}, {GroupField::kRegistry}, 2);
  EXPECT_EQ(groups.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(groups.status()), "TOO_MANY_GROUPS");
}

TEST_F(LedgerSummaryTest, ADamagedColumnIsMadeAgainFromItsEvents) {
  const auto before = Counts({}, {GroupField::kRegistry});
  LedgerFilter filter;
  filter.registry = "r1.example";
  const auto listed = PositionsOf(ledger_->List(filter, 0, 1000)->entries);
  ledger_ = OpenedLedger();
  {
    const auto database =
        Database::Open(dir_.File(SqliteAuditLedger::kFileName), {}).value();
    ASSERT_TRUE(
        database
            ->Execute("UPDATE segment_column SET data = zeroblob(length(data));"
                      "DELETE FROM segment_column WHERE column_id % 64 = 0;"
                      "UPDATE segment SET digest = zeroblob(length(digest))")
            .ok());
  }
  ledger_ = OpenLedger(dir_.path());
  EXPECT_EQ(Counts({}, {GroupField::kRegistry}), before);
  EXPECT_EQ(PositionsOf(ledger_->List(filter, 0, 1000)->entries), listed);
}

TEST_F(LedgerSummaryTest, AnEventThatIsGoneFromADamagedSegmentIsDataLoss) {
  ledger_ = OpenedLedger();
  {
    const auto database =
        Database::Open(dir_.File(SqliteAuditLedger::kFileName), {}).value();
    ASSERT_TRUE(database
                    ->Execute("DELETE FROM segment_column;"
                              "DELETE FROM event WHERE position = 77")
                    .ok());
  }
  ledger_ = OpenLedger(dir_.path());
  const auto groups = ledger_->Summarize({}, {GroupField::kVch}, 10);
  EXPECT_EQ(groups.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(groups.status().message().find("position 77 is missing"),
            absl::string_view::npos);
}

}  // namespace
}  // namespace pullgate::pdp
