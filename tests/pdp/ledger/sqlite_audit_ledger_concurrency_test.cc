// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Many agents and readers on one ledger.

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"

namespace pullgate::pdp {
namespace {

constexpr int kAgents = 6;
constexpr int kBatches = 20;
constexpr int kEach = 10;
constexpr int64_t kTotal = int64_t{kAgents} * kBatches * kEach;

void Report(SqliteAuditLedger& ledger, const VchId& vch) {
  for (int64_t batch = 0; batch < kBatches; ++batch) {
    const auto acked = ledger.Append(
        vch, "e1",
        SampleEvents(vch, "e1", batch * kEach + 1, (batch + 1) * kEach));
    ASSERT_TRUE(acked.ok()) << acked.status();
    EXPECT_GE(*acked, (batch + 1) * kEach);
  }
}

TEST(SqliteAuditLedgerConcurrencyTest, AgentsShareItAndAFollowerSeesAll) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  std::vector<std::thread> agents;
  for (int agent = 0; agent < kAgents; ++agent) {
    agents.emplace_back([&ledger, agent] {
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
  for (std::thread& agent : agents) agent.join();
  EXPECT_EQ(ledger->LastPosition().value(), kTotal);
}

TEST(SqliteAuditLedgerConcurrencyTest, TwoStreamsOfOneAgentStoreEachEventOnce) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("vch-1");
  std::vector<std::thread> streams;
  for (int stream = 0; stream < 4; ++stream) {
    streams.emplace_back([&ledger, &vch] { Report(*ledger.ledger, vch); });
  }
  for (std::thread& stream : streams) stream.join();
  EXPECT_EQ(ledger->LastPosition().value(), int64_t{kBatches} * kEach);
}

TEST(SqliteAuditLedgerConcurrencyTest, ABrokenBatchHarmsNobodyElse) {
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  std::atomic<bool> stop{false};
  std::vector<std::thread> breakers;
  for (int i = 0; i < 2; ++i) {
    breakers.emplace_back([&ledger, &stop, i] {
      const VchId vch = Vch(absl::StrCat("broken-", i));
      while (!stop) {
        EXPECT_EQ(ledger->Append(vch, "e1", SampleEvents(vch, "e1", 5, 9))
                      .status()
                      .code(),
                  absl::StatusCode::kOutOfRange);
      }
    });
  }
  std::vector<std::thread> agents;
  for (int agent = 0; agent < 3; ++agent) {
    agents.emplace_back([&ledger, agent] {
      Report(*ledger.ledger, Vch(absl::StrCat("vch-", agent)));
    });
  }
  for (std::thread& agent : agents) agent.join();
  stop = true;
  for (std::thread& breaker : breakers) breaker.join();
  EXPECT_EQ(ledger->LastPosition().value(), int64_t{3} * kBatches * kEach);
}

}  // namespace
}  // namespace pullgate::pdp
