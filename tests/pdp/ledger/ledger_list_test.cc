// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What List finds, in which order, and how it pages.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using testing::IsEmpty;

constexpr int kEvents = 400;

// A few hundred events with few different values each, so that every filter
// and every pair of filters meets some; event times repeat and are not in the
// order of the positions.
class LedgerListTest : public testing::Test {
 protected:
  LedgerListTest() {
    std::mt19937 random(4711);
    for (const std::string id : {"vch-1", "vch-2", "vch-3"}) {
      auto events = SampleEvents(Vch(id), "e1", 1, kEvents / 3);
      for (AuditEvent& event : events) Vary(random, event);
      EXPECT_TRUE(Store(*ledger_, Vch(id), "e1", events).ok());
    }
    int64_t scanned = 0;
    all_ = ledger_->ListFrom({}, 0, kEvents, &scanned).value();
    std::reverse(all_.begin(), all_.end());
  }

  static void Vary(std::mt19937& random, AuditEvent& event) {
    event.mutable_event_time()->set_seconds(1000 + random() % 50);
    event.mutable_event_time()->set_nanos(500 * static_cast<int>(random() % 2));
    event.set_registry(absl::StrCat("r", random() % 5, ".example"));
    event.set_policy_revision(static_cast<int64_t>(random() % 4));
    const bool deny = random() % 3 == 0;
    event.set_effect(deny ? decision::v1::EFFECT_DENY
                          : decision::v1::EFFECT_PERMIT);
    event.set_reason(
        static_cast<decision::v1::DenyReason>(deny ? 1 + random() % 3 : 0));
  }

  // What matches by looking at each event.
  std::vector<int64_t> Expected(const LedgerFilter& filter) {
    std::vector<int64_t> positions;
    for (const LedgerEntry& entry : all_) {
      const AuditEvent& event = entry.event;
      const absl::Time time =
          absl::FromUnixSeconds(event.event_time().seconds()) +
          absl::Nanoseconds(event.event_time().nanos());
      const bool matches =
          (!filter.vch || event.vch() == filter.vch->Name()) &&
          (filter.registry.empty() || event.registry() == filter.registry) &&
          (!filter.effect || event.effect() == *filter.effect) &&
          (!filter.reason || event.reason() == *filter.reason) &&
          (!filter.start || time >= *filter.start) &&
          (!filter.end || time < *filter.end) &&
          (!filter.policy_revision ||
           event.policy_revision() == *filter.policy_revision);
      if (matches) positions.push_back(entry.position);
    }
    return positions;
  }

  // All pages of `size`.
  std::vector<int64_t> Paged(const LedgerFilter& filter, int size) {
    std::vector<int64_t> positions;
    int64_t before = 0;
    do {
      const auto page = ledger_->List(filter, before, size);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->entries.size(), static_cast<size_t>(size));
      for (const int64_t position : PositionsOf(page->entries)) {
        positions.push_back(position);
      }
      before = page->next_before;
    } while (before > 0);
    return positions;
  }

  // Every combination of the filters, by the bits of `choice`.
  static LedgerFilter Filter(unsigned choice) {
    LedgerFilter filter;
    if (choice & 1) filter.vch = Vch("vch-2");
    if (choice & 2) filter.registry = "r3.example";
    if (choice & 4) filter.effect = decision::v1::EFFECT_DENY;
    if (choice & 8) filter.reason = static_cast<decision::v1::DenyReason>(2);
    if (choice & 16) filter.policy_revision = 1;
    if (choice & 32) filter.start = absl::FromUnixSeconds(1010);
    if (choice & 64) {
      filter.end = absl::FromUnixSeconds(1040) + absl::Nanoseconds(500);
    }
    return filter;
  }
  static constexpr unsigned kChoices = 128;

  const TempDir dir_;
  const OpenedLedger ledger_ = OpenLedger(dir_.path());
  std::vector<LedgerEntry> all_;  // newest first
};

TEST_F(LedgerListTest, EveryCombinationOfFiltersFindsWhatMatches) {
  for (unsigned choice = 0; choice < kChoices; ++choice) {
    const LedgerFilter filter = Filter(choice);
    const auto page = ledger_->List(filter, 0, kEvents);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(PositionsOf(page->entries), Expected(filter))
        << "choice " << choice;
    EXPECT_EQ(page->next_before, 0);
  }
}

TEST_F(LedgerListTest, EveryCombinationScansToTheSame) {
  for (unsigned choice = 0; choice < kChoices; ++choice) {
    const LedgerFilter filter = Filter(choice);
    std::vector<int64_t> expected = Expected(filter);
    std::sort(expected.begin(), expected.end());
    int64_t scanned = 0;
    const auto entries = ledger_->ListFrom(filter, 0, kEvents, &scanned);
    ASSERT_TRUE(entries.ok()) << entries.status();
    EXPECT_EQ(PositionsOf(*entries), expected) << "choice " << choice;
    EXPECT_EQ(scanned, static_cast<int64_t>(all_.size()));
  }
}

TEST_F(LedgerListTest, PagesJoinWithoutRepeatOrOmission) {
  for (const unsigned choice : {0u, 1u, 2u, 4u, 8u, 16u, 96u, 33u}) {
    for (const int size : {1, 7, kEvents}) {
      EXPECT_EQ(Paged(Filter(choice), size), Expected(Filter(choice)))
          << "choice " << choice << " size " << size;
    }
  }
}

TEST_F(LedgerListTest, PagesStandStillWhileEventsArrive) {
  const auto first = ledger_->List({}, 0, 10);
  ASSERT_TRUE(first.ok()) << first.status();
  const std::vector<int64_t> expected =
      PositionsOf({all_.begin() + 10, all_.begin() + 20});

  auto newer = SampleEvents(Vch("vch-1"), "e2", 1, 5);
  for (AuditEvent& event : newer) event.mutable_event_time()->set_seconds(5000);
  ASSERT_TRUE(Store(*ledger_, Vch("vch-1"), "e2", newer).ok());

  const auto second = ledger_->List({}, first->next_before, 10);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(PositionsOf(second->entries), expected);
}

TEST_F(LedgerListTest, NamesThatWereNeverSeenMatchNothing) {
  LedgerFilter filter;
  filter.registry = "never.example";
  EXPECT_THAT(ledger_->List(filter, 0, 10)->entries, IsEmpty());
  filter.registry = "' OR 1=1 --";
  EXPECT_THAT(ledger_->List(filter, 0, 10)->entries, IsEmpty());
  filter = LedgerFilter();
  filter.vch = Vch("never");
  EXPECT_THAT(ledger_->List(filter, 0, 10)->entries, IsEmpty());
  int64_t scanned = 0;
  EXPECT_THAT(ledger_->ListFrom(filter, 0, 10, &scanned).value(), IsEmpty());
  EXPECT_EQ(scanned, static_cast<int64_t>(all_.size()))
      << "a follower must get past what does not match";
}

}  // namespace
}  // namespace pullgate::pdp
