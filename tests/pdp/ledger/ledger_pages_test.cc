// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Where pages of a list end.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/net/ip_prefix.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// All positions of a list, and in how many pages they came.
struct Listed {
  std::vector<int64_t> positions;
  int pages = 0;
};

Listed ListAll(SqliteAuditLedger& ledger, const LedgerFilter& filter) {
  Listed listed;
  int64_t before = 0;
  do {
    const auto page = ledger.List(filter, before, 10);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) break;
    for (const int64_t position : PositionsOf(page->entries)) {
      listed.positions.push_back(position);
    }
    before = page->next_before;
    ++listed.pages;
  } while (before > 0 && listed.pages < 100);
  return listed;
}

// Three segments, and some events behind them.
constexpr int kEvents = 13'000;

TEST(LedgerPagesTest, StandStillWhileEventsArrive) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("a");
  ASSERT_TRUE(Store(*ledger, vch, "e1", SampleEvents(vch, "e1", 1, 30)).ok());
  const auto first = ledger->List({}, 0, 10);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(
      Store(*ledger, vch, "e1", SampleEvents(vch, "e1", 31, 5000)).ok());
  const auto second = ledger->List({}, first->next_before, 3);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(PositionsOf(second->entries), (std::vector<int64_t>{20, 19, 18}));
}

TEST(LedgerPagesTest, ALongWalkEndsEarlyAndGoesOn) {
  SqliteAuditLedger::Options options;
  options.list.segments = 1;
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path(), options);
  const VchId vch = Vch("a");
  auto events = SampleEvents(vch, "e1", 1, kEvents);
  events[6].set_registry("rare.example");
  ASSERT_TRUE(Store(*ledger, vch, "e1", events).ok());
  LedgerFilter filter;
  filter.registry = "rare.example";
  const Listed listed = ListAll(*ledger, filter);
  EXPECT_THAT(listed.positions, ElementsAre(7));
  EXPECT_GE(listed.pages, 3);
}

TEST(LedgerPagesTest, ALongLookIntoSegmentsEndsEarlyAndGoesOn) {
  SqliteAuditLedger::Options options;
  options.list.columns = 4;  // of two segments
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path(), options);
  const VchId vch = Vch("a");
  auto events = SampleEvents(vch, "e1", 1, kEvents);
  // Both in every segment, together in one event.
  for (size_t i = 0; i + 1 < events.size(); i += 2) {
    events[i].set_registry("common.example");
    events[i + 1].mutable_certificate()->set_sha256_fingerprint("c0ffee");
  }
  events[6].mutable_certificate()->set_sha256_fingerprint("c0ffee");
  ASSERT_TRUE(Store(*ledger, vch, "e1", events).ok());
  LedgerFilter filter;
  filter.registry = "common.example";
  filter.certificate_sha256 = "c0ffee";
  const Listed listed = ListAll(*ledger, filter);
  EXPECT_THAT(listed.positions, ElementsAre(7));
  EXPECT_EQ(listed.pages, 2);
  EXPECT_GT(ledger->List(filter, 0, 10)->next_before, 7);
}

TEST(LedgerPagesTest, WhatIsNowhereNeedsNoSecondPage) {
  SqliteAuditLedger::Options options;
  options.list.columns = 1;
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path(), options);
  const VchId vch = Vch("a");
  auto events = SampleEvents(vch, "e1", 1, kEvents);
  for (size_t i = 0; i < events.size(); ++i) {
    events[i].mutable_transport()->set_address(
        absl::StrCat("10.", i % 7, ".", i % 256, ".", 1 + i % 3));
  }
  ASSERT_TRUE(Store(*ledger, vch, "e1", events).ok());
  for (const char* nowhere :
       {"10.200.0.0/13", "128.0.0.0/1", "10.0.0.4/30", "2001:db8::/29"}) {
    LedgerFilter filter;
    filter.registry_cidr = IpPrefix::Parse(nowhere).value();
    const Listed listed = ListAll(*ledger, filter);
    EXPECT_THAT(listed.positions, IsEmpty()) << nowhere;
    EXPECT_EQ(listed.pages, 1) << nowhere;
  }
}

}  // namespace
}  // namespace pullgate::pdp
