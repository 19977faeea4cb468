// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A process that dies by SIGKILL under load has recorded every event for which
// Append returned, and forgotten none that was not acknowledged.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/audit/sqlite_spool.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/ledger_model.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

constexpr int kAppenders = 4;
constexpr int kKills = 20;

// Appends from several threads and acknowledges behind them, until it is
// killed. Reports the sequences appended, and "acked N" before each ack.
void LiveUntilKilled(const std::string& path,
                     const SqliteSpool::Options& options,
                     const ChildProcess::Reporter& reporter) {
  const OpenedSpool spool = OpenSpool(path, options);
  Threads threads;
  for (int i = 0; i < kAppenders; ++i) {
    threads.Start([&spool, &reporter] {
      while (true) {
        const auto event = spool->Append(SampleEvent());
        if (!event.ok()) return;
        reporter.Report(absl::StrCat(event->sequence()));
      }
    });
  }
  int64_t acked = spool->status().acked_sequence;
  while (spool->WaitForEvent(acked + 20, absl::InfiniteFuture())) {
    const auto events = spool->Read(acked, /*max_events=*/10, INT64_MAX);
    if (!events.ok()) break;
    acked = events->last_sequence();
    reporter.Report(absl::StrCat("acked ", acked));
    if (!spool->Ack(acked).ok()) break;
  }
  threads.Join();
}

struct Progress {
  int64_t appended = 0;  // the highest sequence reported
  int64_t acked = 0;     // the highest ack begun
  int lines = 0;

  void Note(absl::string_view line) {
    int64_t number = 0;
    const bool is_ack = absl::ConsumePrefix(&line, "acked ");
    ASSERT_TRUE(absl::SimpleAtoi(line, &number)) << line;
    int64_t& highest = is_ack ? acked : appended;
    highest = std::max(highest, number);
    ++lines;
  }
};

// A spool whose options make it do one thing all the time.
struct Way {
  std::string name;
  SqliteSpool::Options options;
};

Way Usual() { return {"Usual", {}}; }

Way AlwaysMoving() {
  Way way = {"AlwaysMoving", {}};
  way.options.store.linger = absl::ZeroDuration();
  way.options.store.journal_bytes = 1024 * 1024;
  return way;
}

Way NeverMoving() {
  Way way = {"NeverMoving", {}};
  way.options.store.linger = absl::Hours(24);
  return way;
}

Way Flushing() {
  Way way = {"Flushing", {}};
  way.options.durability = Durability::kPowerLoss;
  return way;
}

SqliteSpool::Options Dropping(SqliteSpool::Options options) {
  options.on_full = SqliteSpool::OnFull::kDropOldest;
  options.max_bytes = 40'000;
  options.store.linger = absl::Milliseconds(1);
  return options;
}

class SqliteSpoolKillTest : public testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(Ways, SqliteSpoolKillTest,
                         testing::Values(Usual(), AlwaysMoving(), NeverMoving(),
                                         Flushing()),
                         [](const auto& info) { return info.param.name; });

TEST_P(SqliteSpoolKillTest, EveryAppendThatReturnedIsThereAfterwards) {
  std::mt19937 random(20260101);
  const TempDir dir;
  const std::string epoch = OpenSpool(dir.path())->status().epoch;
  Progress progress;
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE(absl::StrCat("kill ", kill));
    const int lines = progress.lines + 1 + static_cast<int>(random() % 600);
    {
      ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
        LiveUntilKilled(dir.path(), GetParam().options, reporter);
      });
      while (progress.lines < lines) {
        const auto line = child.ReadLine();
        ASSERT_TRUE(line.has_value()) << "the child ended by itself";
        progress.Note(*line);
      }
      child.Kill();
      while (const auto line = child.ReadLine()) progress.Note(*line);
    }
    const OpenedSpool spool = OpenSpool(dir.path());
    EXPECT_EQ(spool->status().epoch, epoch);
    const std::vector<int64_t> left = HeldSequences(*spool.spool);
    ASSERT_FALSE(left.empty());
    EXPECT_GE(left.back(), progress.appended);
    EXPECT_LE(left.front(), progress.acked + 1);
    EXPECT_EQ(left.back() - left.front() + 1,
              static_cast<int64_t>(left.size()));
  }
}

// Nobody acknowledges anything: the spool is always full.
void AppendUntilKilled(const std::string& path,
                       const SqliteSpool::Options& options,
                       const ChildProcess::Reporter& reporter) {
  const OpenedSpool spool = OpenSpool(path, options);
  Threads threads;
  for (int i = 0; i < kAppenders; ++i) {
    threads.Start([&spool, &reporter] {
      while (true) {
        const auto event = spool->Append(SampleEvent());
        if (!event.ok()) return;
        reporter.Report(absl::StrCat(event->sequence()));
      }
    });
  }
  threads.Join();
}

TEST_P(SqliteSpoolKillTest, WhatWasDroppedIsToldOfAfterwards) {
  std::mt19937 random(20260102);
  const TempDir dir;
  const SqliteSpool::Options options = Dropping(GetParam().options);
  LedgerModel ledger;
  Progress progress;
  for (int kill = 0; kill < kKills / 4; ++kill) {
    SCOPED_TRACE(absl::StrCat("kill ", kill));
    const int lines = progress.lines + 1 + static_cast<int>(random() % 300);
    {
      ChildProcess child([&](const ChildProcess::Reporter& reporter) {
        AppendUntilKilled(dir.path(), options, reporter);
      });
      while (progress.lines < lines) {
        const auto line = child.ReadLine();
        ASSERT_TRUE(line.has_value()) << "the child ended by itself";
        progress.Note(*line);
      }
      child.Kill();
      while (const auto line = child.ReadLine()) progress.Note(*line);
    }
    const OpenedSpool spool = OpenSpool(dir.path(), options);
    EXPECT_GE(spool->status().last_sequence, progress.appended);
    EXPECT_LE(spool->status().bytes, options.max_bytes);
    ledger.Take(*spool->Read(ledger.last(), 5, INT64_MAX));
    if (kill % 3 == 0) ASSERT_TRUE(spool->Ack(ledger.last()).ok());
  }
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  EXPECT_GT(spool->status().gap.dropped_total(), 0);
  Drain(*spool.spool, ledger);
  EXPECT_TRUE(ledger.unexplained().empty());
}

TEST_P(SqliteSpoolKillTest, TheDirectoryIsFreeAfterTheKill) {
  const TempDir dir;
  ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
    LiveUntilKilled(dir.path(), GetParam().options, reporter);
  });
  ASSERT_TRUE(child.ReadLine().has_value());
  const absl::Status refused = TryOpenSpool(dir.path()).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  child.Kill();
  EXPECT_TRUE(TryOpenSpool(dir.path()).ok());
}

}  // namespace
}  // namespace pullgate::agent
