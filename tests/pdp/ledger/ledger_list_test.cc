// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What List and ListFrom find, in which order, and how lists page: over events
// in segments and behind them alike.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/net/ip_address.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

namespace dec = pullgate::decision::v1;
using pullgate::audit::v1::AuditEvent;
using ::testing::IsEmpty;

constexpr int kVchs = 3;
constexpr int kEventsPerVch = 3000;  // two segments, and some more events
constexpr int kEvents = kVchs * kEventsPerVch;

// Asks for something, and says what an event must be like.
struct Condition {
  std::function<void(LedgerFilter&)> ask;
  std::function<bool(const AuditEvent&)> holds;
};

absl::Time TimeOf(const AuditEvent& event) {
  return absl::FromUnixSeconds(event.event_time().seconds()) +
         absl::Nanoseconds(event.event_time().nanos());
}

bool IsIn(const std::string& host, const IpPrefix& prefix) {
  const auto address = IpAddress::Parse(host);
  return address.ok() && prefix.Contains(*address);
}

// Few different values, so that every filter and every pair of them meets some;
// event times repeat and are not in the order of the positions.
void Vary(std::mt19937& random, AuditEvent& event) {
  event.mutable_event_time()->set_seconds(1000 +
                                          static_cast<int64_t>(random() % 50));
  event.mutable_event_time()->set_nanos(500 * static_cast<int>(random() % 2));
  static const char* const kRegistries[] = {
      "r0.example",
      "r1.example:5000",
      "a.r1.example",
      "xr1.example",
      "http://r0.example",
      "10.1.2.3:5000",
      "https://[2001:db8::1]:5000",
      "",
  };
  event.set_registry(kRegistries[random() % 8]);
  event.set_policy_revision(static_cast<int64_t>(random() % 4));
  const bool deny = random() % 3 == 0;
  event.set_effect(deny ? dec::EFFECT_DENY : dec::EFFECT_PERMIT);
  event.set_reason(static_cast<dec::DenyReason>(deny ? 1 + random() % 3 : 0));
  if (deny) event.clear_transport();
  if (!deny) {
    auto& transport = *event.mutable_transport();
    transport.set_scheme(static_cast<dec::Scheme>(1 + random() % 2));
    transport.set_certificate_check(
        static_cast<dec::CertificateCheck>(1 + random() % 2));
    transport.set_address(absl::StrCat("10.1.", random() % 3, ".9"));
  }
  if (random() % 2 == 0) {
    event.mutable_rule()->set_place(
        absl::StrCat("whitelist[", random() % 3, "]"));
    event.mutable_rule()->set_text(absl::StrCat("r", random() % 2, ".example"));
  }
  event.mutable_certificate()->set_sha256_fingerprint(
      std::string(64, static_cast<char>('a' + random() % 3)));
  if (random() % 500 == 0) event.set_kind(AuditEvent::KIND_TUNNEL_CLOSED);
}

// Shared: filling a ledger is most of the work.
class LedgerListTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = new Shared(); }
  static void TearDownTestSuite() {
    delete shared_;
    shared_ = nullptr;
  }

  struct Shared {
    Shared() {
      std::mt19937 random(4711);
      constexpr int kBatch = 600;
      for (int first = 1; first <= kEventsPerVch; first += kBatch) {
        for (int vch = 1; vch <= kVchs; ++vch) {
          const VchId id = Vch(absl::StrCat("vch-", vch));
          auto events = SampleEvents(id, "e1", first, first + kBatch - 1);
          for (AuditEvent& event : events) Vary(random, event);
          EXPECT_TRUE(Store(*ledger, id, "e1", events).ok());
          EXPECT_TRUE(Store(*hasty, id, "e1", events).ok());
          all.insert(all.end(), events.begin(), events.end());
        }
      }
    }
    static SqliteAuditLedger::Options Hasty() {
      SqliteAuditLedger::Options options;
      options.list.columns = 1;
      return options;
    }
    const TempDir dir;
    const OpenedLedger ledger = OpenLedger(dir.path());
    // The same events; its pages end after one segment.
    const TempDir hasty_dir;
    const OpenedLedger hasty = OpenLedger(hasty_dir.path(), Hasty());
    std::vector<AuditEvent> all;  // by position, from 1
  };

  static SqliteAuditLedger& ledger() { return *shared_->ledger; }

  static std::vector<Condition> Conditions();

  static std::vector<int64_t> Expected(
      const std::vector<Condition>& conditions) {
    std::vector<int64_t> positions;
    for (size_t i = shared_->all.size(); i > 0; --i) {
      const bool holds =
          std::all_of(conditions.begin(), conditions.end(),
                      [i](const Condition& condition) {
                        return condition.holds(shared_->all[i - 1]);
                      });
      if (holds) positions.push_back(static_cast<int64_t>(i));
    }
    return positions;
  }

  static LedgerFilter FilterOf(const std::vector<Condition>& conditions) {
    LedgerFilter filter;
    for (const Condition& condition : conditions) condition.ask(filter);
    return filter;
  }

  // All pages of `size`.
  static std::vector<int64_t> Paged(const LedgerFilter& filter, int size) {
    return Paged(ledger(), filter, size);
  }
  static std::vector<int64_t> Paged(SqliteAuditLedger& ledger,
                                    const LedgerFilter& filter, int size) {
    std::vector<int64_t> positions;
    int64_t before = 0;
    int pages = 0;
    do {
      const auto page = ledger.List(filter, before, size);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->entries.size(), static_cast<size_t>(size));
      for (const int64_t position : PositionsOf(page->entries)) {
        positions.push_back(position);
      }
      before = page->next_before;
    } while (before > 0 && ++pages < kEvents / 20);
    return positions;
  }

  static std::vector<int64_t> Scanned(const LedgerFilter& filter, int size) {
    std::vector<int64_t> positions;
    for (int64_t position = 0; position < kEvents;) {
      const auto entries = ledger().ListFrom(filter, position, size, &position);
      EXPECT_TRUE(entries.ok()) << entries.status();
      if (!entries.ok()) break;
      for (const int64_t found : PositionsOf(*entries)) {
        positions.push_back(found);
      }
    }
    std::reverse(positions.begin(), positions.end());
    return positions;
  }

  static Shared* shared_;
};

LedgerListTest::Shared* LedgerListTest::shared_ = nullptr;

Condition Cidr(const std::string& text) {
  const IpPrefix prefix = IpPrefix::Parse(text).value();
  return {[prefix](LedgerFilter& f) { f.registry_cidr = prefix; },
          [prefix](const AuditEvent& e) {
            const bool literal =
                (e.registry() == "10.1.2.3:5000" && IsIn("10.1.2.3", prefix)) ||
                (absl::StrContains(e.registry(), "2001:db8::1") &&
                 IsIn("2001:db8::1", prefix));
            return literal || IsIn(e.transport().address(), prefix);
          }};
}

std::vector<Condition> LedgerListTest::Conditions() {
  using F = LedgerFilter;
  using E = AuditEvent;
  const auto in_r1 = [](const std::string& registry) {
    return registry == "r1.example:5000" || registry == "a.r1.example";
  };
  const absl::Time start = absl::FromUnixSeconds(1010);
  const absl::Time end = absl::FromUnixSeconds(1040) + absl::Nanoseconds(500);
  return {
      {[](F& f) { f.vch = Vch("vch-2"); },
       [](const E& e) { return e.vch() == "vchs/vch-2"; }},
      {[](F& f) { f.agent = "vch-3/e1"; },
       [](const E& e) { return e.vch() == "vchs/vch-3"; }},
      {[](F& f) { f.registry = "r1.example:5000"; },
       [](const E& e) { return e.registry() == "r1.example:5000"; }},
      {[](F& f) { f.registry_domain = "r1.example"; },
       [in_r1](const E& e) { return in_r1(e.registry()); }},
      Cidr("10.1.2.0/24"),
      Cidr("10.1.0.0/17"),
      Cidr("0.0.0.0/1"),
      Cidr("2001:db8::/32"),
      {[](F& f) { f.effect = dec::EFFECT_DENY; },
       [](const E& e) { return e.effect() == dec::EFFECT_DENY; }},
      {[](F& f) { f.reason = dec::DENY_REASON_PLAINTEXT_REFUSED; },
       [](const E& e) {
         return e.reason() == dec::DENY_REASON_PLAINTEXT_REFUSED;
       }},
      {[](F& f) {
         f.rules = {{"whitelist[1]", ""}, {"", "r1.example"}};
       },
       [](const E& e) {
         return e.rule().place() == "whitelist[1]" ||
                e.rule().text() == "r1.example";
       }},
      {[](F& f) {
         f.rules = {{"whitelist[2]", "r0.example"}};
       },
       [](const E& e) {
         return e.rule().place() == "whitelist[2]" &&
                e.rule().text() == "r0.example";
       }},
      {[](F& f) { f.scheme = dec::SCHEME_HTTP; },
       [](const E& e) { return e.transport().scheme() == dec::SCHEME_HTTP; }},
      {[](F& f) { f.certificate_check = dec::CERTIFICATE_CHECK_NONE; },
       [](const E& e) {
         return e.transport().certificate_check() ==
                dec::CERTIFICATE_CHECK_NONE;
       }},
      {[](F& f) { f.policy_revision = 1; },
       [](const E& e) { return e.policy_revision() == 1; }},
      {[](F& f) { f.certificate_sha256 = std::string(64, 'b'); },
       [](const E& e) {
         return e.certificate().sha256_fingerprint()[0] == 'b';
       }},
      {[](F& f) { f.kinds = {AuditEvent::KIND_TUNNEL_CLOSED}; },
       [](const E& e) { return e.kind() == AuditEvent::KIND_TUNNEL_CLOSED; }},
      {[](F& f) {
         f.kinds = {AuditEvent::KIND_VERDICT, AuditEvent::KIND_GAP};
       },
       [](const E& e) { return e.kind() == AuditEvent::KIND_UNSPECIFIED; }},
      {[start](F& f) { f.start = start; },
       [start](const E& e) { return TimeOf(e) >= start; }},
      {[end](F& f) { f.end = end; },
       [end](const E& e) { return TimeOf(e) < end; }},
  };
}

TEST_F(LedgerListTest, EveryFilterFindsWhatMatchesBothWays) {
  const std::vector<Condition> all = Conditions();
  for (size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(absl::StrCat("condition ", i));
    const std::vector<int64_t> expected = Expected({all[i]});
    EXPECT_FALSE(expected.empty());
    EXPECT_LT(expected.size(), size_t{kEvents});
    EXPECT_EQ(Paged(FilterOf({all[i]}), 1000), expected);
    EXPECT_EQ(Scanned(FilterOf({all[i]}), 1000), expected);
  }
}

TEST_F(LedgerListTest, CombinedFiltersMustAllHold) {
  // Conditions of one group set the same field.
  constexpr std::array<int, 20> kGroups = {0, 1, 2, 3, 4,  4,  4,  4,  5,  6,
                                           7, 7, 8, 9, 10, 11, 12, 12, 13, 14};
  const std::vector<Condition> all = Conditions();
  ASSERT_EQ(all.size(), kGroups.size());
  std::mt19937 random(11);
  int compared = 0;
  while (compared < 40) {
    const std::array<size_t, 3> choice = {
        random() % all.size(), random() % all.size(), random() % all.size()};
    const std::set<int> groups = {kGroups[choice[0]], kGroups[choice[1]],
                                  kGroups[choice[2]]};
    if (groups.size() < choice.size()) continue;
    const std::vector<Condition> some = {all[choice[0]], all[choice[1]],
                                         all[choice[2]]};
    EXPECT_EQ(Paged(FilterOf(some), 1000), Expected(some))
        << absl::StrJoin(choice, ", ");
    ++compared;
  }
}

TEST_F(LedgerListTest, PagesJoinWithoutRepeatOrOmission) {
  const std::vector<Condition> all = Conditions();
  const LedgerFilter everything;
  EXPECT_EQ(Paged(everything, 999), Expected({}));
  const std::vector<Condition> some = {all[16]};
  for (const int size : {1, 7}) {
    EXPECT_EQ(Paged(FilterOf(some), size), Expected(some));
    EXPECT_EQ(Scanned(FilterOf(some), size), Expected(some));
  }
}

TEST_F(LedgerListTest, PagesThatEndEarlyJoinWithoutRepeatOrOmission) {
  const std::vector<Condition> all = Conditions();
  for (size_t i = 0; i < all.size(); ++i) {
    const std::vector<Condition> some = {all[i], all[(i + 7) % all.size()]};
    for (const int size : {20, 1000}) {
      EXPECT_EQ(Paged(*shared_->hasty, FilterOf(some), size), Expected(some))
          << "condition " << i << ", pages of " << size;
    }
  }
}

TEST_F(LedgerListTest, AFullLastPageIsTheLast) {
  const auto count = static_cast<int>(Expected({Conditions()[16]}).size());
  const auto page = ledger().List(FilterOf({Conditions()[16]}), 0, count);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->entries.size(), static_cast<size_t>(count));
  EXPECT_EQ(page->next_before, 0);
}

TEST_F(LedgerListTest, NamesThatWereNeverSeenMatchNothing) {
  LedgerFilter filter;
  filter.registry = "never.example";
  EXPECT_THAT(ledger().List(filter, 0, 10)->entries, IsEmpty());
  filter.registry = "' OR 1=1 --";
  EXPECT_THAT(ledger().List(filter, 0, 10)->entries, IsEmpty());
  filter = LedgerFilter();
  filter.vch = Vch("never");
  EXPECT_THAT(ledger().List(filter, 0, 10)->entries, IsEmpty());
  int64_t scanned = 0;
  EXPECT_THAT(ledger().ListFrom(filter, 0, 10, &scanned).value(), IsEmpty());
  EXPECT_EQ(scanned, kEvents) << "a follower must get past what does not match";
}

}  // namespace
}  // namespace pullgate::pdp
