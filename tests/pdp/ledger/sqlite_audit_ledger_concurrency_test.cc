// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Many agents and readers on one ledger.

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"
#include "tests/support/threads.h"

namespace pullgate::pdp {
namespace {

constexpr int kAgents = 6;
constexpr int kBatches = 20;
constexpr int kEach = 10;
constexpr int64_t kTotal = int64_t{kAgents} * kBatches * kEach;

void Report(SqliteAuditLedger& ledger, const VchId& vch) {
  for (int64_t batch = 0; batch < kBatches; ++batch) {
    const auto acked =
        Store(ledger, vch, "e1",
              SampleEvents(vch, "e1", batch * kEach + 1, (batch + 1) * kEach));
    ASSERT_TRUE(acked.ok()) << acked.status();
    EXPECT_GE(*acked, (batch + 1) * kEach);
  }
}

TEST(SqliteAuditLedgerConcurrencyTest, AgentsShareItAndAFollowerSeesAll) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  Threads agents;
  for (int agent = 0; agent < kAgents; ++agent) {
    agents.Start([&ledger, agent] {
      Report(*ledger.ledger, Vch(absl::StrCat("vch-", agent)));
    });
  }
  int64_t position = 0;
  int64_t followed = 0;
  while (followed < kTotal) {
    ASSERT_TRUE(ledger->WaitForEvent(position, absl::InfiniteFuture()));
    const auto entries = ledger->ListFrom({}, position, 50, &position);
    ASSERT_TRUE(entries.ok()) << entries.status();
    for (const LedgerEntry& entry : *entries) {
      ASSERT_EQ(entry.position, ++followed);
    }
  }
  agents.Join();
  EXPECT_EQ(ledger->LastPosition().value(), kTotal);
}

TEST(SqliteAuditLedgerConcurrencyTest, TwoStreamsOfOneAgentStoreEachEventOnce) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("vch-1");
  const std::vector<RecordedEvent> events =
      Recorded(SampleEvents(vch, "e1", 1, kBatches * kEach));
  Threads streams;
  for (int stream = 0; stream < 4; ++stream) {
    streams.Start([&ledger, &vch, &events] {
      for (size_t first = 0; first < events.size(); first += kEach) {
        const auto appended =
            ledger->Append(vch, "e1", {&events[first], kEach}, 0);
        ASSERT_TRUE(appended.ok()) << appended.status();
        EXPECT_TRUE(appended->refused.ok()) << appended->refused;
      }
    });
  }
  streams.Join();
  EXPECT_EQ(ledger->LastPosition().value(), int64_t{kBatches} * kEach);
}

TEST(SqliteAuditLedgerConcurrencyTest, ABrokenBatchHarmsNobodyElse) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  std::atomic<bool> stop{false};
  Threads breakers;
  for (int i = 0; i < 2; ++i) {
    breakers.Start([&ledger, &stop, i] {
      const VchId vch = Vch(absl::StrCat("broken-", i));
      while (!stop) {
        EXPECT_EQ(Store(*ledger, vch, "e1", SampleEvents(vch, "e1", 5, 9))
                      .status()
                      .code(),
                  absl::StatusCode::kOutOfRange);
      }
    });
  }
  Threads agents;
  for (int agent = 0; agent < 3; ++agent) {
    agents.Start([&ledger, agent] {
      Report(*ledger.ledger, Vch(absl::StrCat("vch-", agent)));
    });
  }
  agents.Join();
  stop = true;
  breakers.Join();
  EXPECT_EQ(ledger->LastPosition().value(), int64_t{3} * kBatches * kEach);
}

}  // namespace
}  // namespace pullgate::pdp
