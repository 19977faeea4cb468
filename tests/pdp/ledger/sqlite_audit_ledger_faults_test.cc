// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What the ledger does when its disk fails, its power fails, or its process is
// killed: what it acknowledged is there, once.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/pdp/ledger/ledger_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/threads.h"

namespace pullgate::pdp {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The sequences of one VCH's epoch "e1", in the order of the positions.
std::vector<int64_t> StoredSequences(SqliteAuditLedger& ledger,
                                     const VchId& vch) {
  LedgerFilter filter;
  filter.vch = vch;
  std::vector<int64_t> sequences;
  for (int64_t position = 0; position < ledger.LastPosition().value();) {
    const auto entries =
        ledger.ListFrom(filter, position, 1'000'000, &position);
    EXPECT_TRUE(entries.ok()) << entries.status();
    if (!entries.ok()) break;
    for (const LedgerEntry& entry : *entries) {
      sequences.push_back(entry.event.sequence());
    }
  }
  return sequences;
}

std::vector<int64_t> OneTo(int64_t last) {
  std::vector<int64_t> sequences(last);
  for (int64_t i = 0; i < last; ++i) sequences[i] = i + 1;
  return sequences;
}

TEST(SqliteAuditLedgerFaultsTest, AFullDiskStoresNothingAndHealsByItself) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("vch-1");
  disk.SetFree(100 * 1024);
  int64_t last = 0;
  absl::Status refusal;
  while (refusal.ok() && last < 10'000) {
    const auto outcome =
        Store(*ledger, vch, "e1", SampleEvents(vch, "e1", last + 1, last + 10));
    refusal = outcome.status();
    if (outcome.ok()) last = *outcome;
  }
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      std::string(refusal.message()),
      AllOf(HasSubstr("no event was stored"), HasSubstr("disk is full")));
  EXPECT_GT(last, 0);
  EXPECT_EQ(ledger->LastSequence(vch, "e1").value(), last);
  EXPECT_EQ(StoredSequences(*ledger.ledger, vch), OneTo(last));

  disk.SetPlentyFree();
  // With a registry that the abandoned transaction had seen first.
  auto events = SampleEvents(vch, "e1", last + 1, last + 10);
  EXPECT_EQ(Store(*ledger, vch, "e1", events).value(), last + 10);
  EXPECT_EQ(ledger->LastPosition().value(), last + 10);
  EXPECT_EQ(StoredSequences(*ledger.ledger, vch), OneTo(last + 10));
}

TEST(SqliteAuditLedgerFaultsTest, NamesOfAnAbandonedTransactionAreForgotten) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("vch-1");
  auto events = SampleEvents(vch, "e1", 1, 2);
  events[0].set_registry("first.example");
  disk.FailWrites(true);
  EXPECT_EQ(Store(*ledger, vch, "e1", events).status().code(),
            absl::StatusCode::kUnavailable);
  disk.FailWrites(false);
  const VchId other = Vch("vch-2");
  auto others = SampleEvents(other, "e1", 1, 1);
  others[0].set_registry("second.example");
  ASSERT_TRUE(Store(*ledger, other, "e1", others).ok());
  ASSERT_TRUE(Store(*ledger, vch, "e1", events).ok());
  LedgerFilter filter;
  filter.registry = "first.example";
  EXPECT_EQ(ledger->List(filter, 0, 10)->entries.size(), 1u);
  filter.registry = "second.example";
  EXPECT_EQ(ledger->List(filter, 0, 10)->entries.size(), 1u);
}

TEST(SqliteAuditLedgerFaultsTest, AcknowledgedEventsSurvivePowerLoss) {
  FaultyDisk disk;
  std::mt19937 random(3);
  const TempDir dir;
  const OpenedLedger ledger = OpenLedger(dir.path());
  const VchId vch = Vch("vch-1");
  for (int64_t last = 5; last <= 200; last += 5) {
    ASSERT_EQ(Store(*ledger, vch, "e1", SampleEvents(vch, "e1", last - 4, last))
                  .value(),
              last);
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), last % 3 == 0 ? nullptr : &random);
    const OpenedLedger after = OpenLedger(left.path());
    EXPECT_EQ(after->LastSequence(vch, "e1").value(), last);
    EXPECT_EQ(after->LastPosition().value(), last);
    EXPECT_EQ(StoredSequences(*after.ledger, vch), OneTo(last));
  }
}

TEST(SqliteAuditLedgerFaultsTest, AFileThatIsNoDatabaseIsDataLoss) {
  const TempDir dir;
  WriteFile(dir.File(SqliteAuditLedger::kFileName), std::string(10'000, 'x'));
  EXPECT_EQ(TryOpenLedger(dir.path()).status().code(),
            absl::StatusCode::kDataLoss);
}

constexpr int kAgents = 3;
constexpr int kKills = 15;

// Each agent sends from where the ledger is, a few events a time, every other
// batch twice. Reports "agent sequence" for each acknowledgement.
void LiveUntilKilled(const std::string& path,
                     const ChildProcess::Reporter& reporter) {
  const OpenedLedger ledger = OpenLedger(path);
  Threads agents;
  for (int agent = 0; agent < kAgents; ++agent) {
    agents.Start([&ledger, &reporter, agent] {
      const VchId vch = Vch(absl::StrCat("vch-", agent));
      int64_t last = ledger->LastSequence(vch, "e1").value();
      while (true) {
        const auto batch = SampleEvents(vch, "e1", last + 1, last + 7);
        const auto acked = Store(*ledger, vch, "e1", batch);
        if (!acked.ok()) return;
        last = *acked;
        reporter.Report(absl::StrCat(agent, " ", last));
        if (last % 2 == 0 && !Store(*ledger, vch, "e1", batch).ok()) return;
      }
    });
  }
  agents.Join();
}

TEST(SqliteAuditLedgerFaultsTest, AcknowledgedEventsSurviveKills) {
  std::mt19937 random(20260102);
  const TempDir dir;
  std::vector<int64_t> acked(kAgents);
  const auto note = [&acked](const std::string& line) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    int64_t agent = 0;
    int64_t sequence = 0;
    ASSERT_TRUE(words.size() == 2 && absl::SimpleAtoi(words[0], &agent) &&
                absl::SimpleAtoi(words[1], &sequence))
        << line;
    acked[agent] = std::max(acked[agent], sequence);
  };
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE(absl::StrCat("kill ", kill));
    const int lines = 1 + static_cast<int>(random() % 60);
    {
      ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
        LiveUntilKilled(dir.path(), reporter);
      });
      for (int i = 0; i < lines; ++i) {
        const auto line = child.ReadLine();
        ASSERT_TRUE(line.has_value()) << "the child ended by itself";
        note(*line);
      }
      child.Kill();
      while (const auto line = child.ReadLine()) note(*line);
    }
    const OpenedLedger ledger = OpenLedger(dir.path());
    for (int agent = 0; agent < kAgents; ++agent) {
      const VchId vch = Vch(absl::StrCat("vch-", agent));
      const int64_t last = ledger->LastSequence(vch, "e1").value();
      EXPECT_GE(last, acked[agent]);
      EXPECT_EQ(StoredSequences(*ledger.ledger, vch), OneTo(last));
    }
  }
}

}  // namespace
}  // namespace pullgate::pdp
