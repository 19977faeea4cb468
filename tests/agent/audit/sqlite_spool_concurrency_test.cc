// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Many threads on one spool.

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/audit/sqlite_spool.h"
#include "common/sync/watermark.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

constexpr int kThreads = 16;
constexpr int kEach = 100;

TEST(SqliteSpoolConcurrencyTest, EachEventGetsANumberOfItsOwnAndKeepsIt) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  std::vector<std::vector<std::string>> asked_by_sequence(kThreads);
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&spool, &mine = asked_by_sequence[t], t] {
      for (int i = 0; i < kEach; ++i) {
        auto event = SampleEvent();
        event.set_asked(absl::StrCat("from ", t, " ", i));
        const auto recorded = spool->Append(event);
        ASSERT_TRUE(recorded.ok()) << recorded.status();
        mine.push_back(
            absl::StrCat(recorded->sequence(), " ", recorded->asked()));
      }
    });
  }
  threads.Join();

  std::set<std::string> promised;
  for (const auto& mine : asked_by_sequence) {
    promised.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(promised.size(), size_t{kThreads} * kEach);
  std::set<std::string> read;
  for (const auto& event : Parsed(AllHeld(*spool.spool))) {
    if (event.sequence() == 1) continue;  // begins the epoch
    read.insert(absl::StrCat(event.sequence(), " ", event.asked()));
  }
  EXPECT_EQ(read, promised);
}

TEST(SqliteSpoolConcurrencyTest, ThoseWhoWaitAndThoseWhoDoNotShareIt) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  constexpr int kTold = kThreads / 2 * kEach;
  std::atomic<int> told{0};
  Watermark all_told(0);
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&, waits = t % 2 == 0] {
      if (waits) return AppendSamples(*spool.spool, kEach);
      for (int i = 0; i < kEach; ++i) {
        spool->AppendAsync(SampleEvent().SerializeAsString(),
                           [&](const absl::StatusOr<std::string>& event_id) {
                             EXPECT_TRUE(event_id.ok()) << event_id.status();
                             if (++told == kTold) all_told.RaiseTo(1);
                           });
      }
    });
  }
  threads.Join();
  all_told.WaitAbove(0, absl::InfiniteFuture());
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(kThreads * kEach + 1));
}

TEST(SqliteSpoolConcurrencyTest, ReaderFollowsAndAcksWhileOthersAppend) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  Threads appenders;
  for (int t = 0; t < kThreads; ++t) {
    appenders.Start([&spool] { AppendSamples(*spool.spool, kEach); });
  }
  int64_t seen = 0;
  while (seen < kThreads * kEach + 1) {
    ASSERT_TRUE(spool->WaitForEvent(seen, absl::InfiniteFuture()));
    const auto batch = spool->Read(seen, /*max_events=*/64, INT64_MAX);
    for (const auto& event : Parsed(batch)) {
      ASSERT_EQ(event.sequence(), ++seen);
    }
    ASSERT_TRUE(spool->Ack(seen).ok());
    EXPECT_EQ(spool->status().acked_sequence, seen);
  }
  appenders.Join();
  EXPECT_EQ(spool->status().bytes, 0);
  EXPECT_EQ(spool->status().last_sequence, kThreads * kEach + 1);
}

TEST(SqliteSpoolConcurrencyTest, ReaderFollowsEventsThatAreBeingMoved) {
  const TempDir dir;
  SqliteSpool::Options options;
  options.store.linger = absl::ZeroDuration();
  constexpr int kAll = kThreads * kEach + 1;
  {
    const OpenedSpool spool = OpenSpool(dir.path(), options);
    Threads appenders;
    for (int t = 0; t < kThreads; ++t) {
      appenders.Start([&spool] { AppendSamples(*spool.spool, kEach); });
    }
    int64_t seen = 0;
    while (seen < kAll) {
      ASSERT_TRUE(spool->WaitForEvent(seen, absl::InfiniteFuture()));
      const auto batch = spool->Read(seen, /*max_events=*/64, INT64_MAX);
      for (const auto& event : Parsed(batch)) {
        ASSERT_EQ(event.sequence(), ++seen);
      }
      if (seen % 3 == 0) ASSERT_TRUE(spool->Ack(seen - 1).ok());
      EXPECT_EQ(spool->status().last_error, "");
    }
    appenders.Join();
    ASSERT_TRUE(spool->Ack(kAll / 2).ok());
  }
  const std::vector<int64_t> left = HeldSequences(*OpenSpool(dir.path()).spool);
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(left.back(), kAll);
  EXPECT_EQ(left.back() - left.front() + 1, static_cast<int64_t>(left.size()));
}

TEST(SqliteSpoolConcurrencyTest, AFullSpoolRefusesOnlyWhatDoesNotFit) {
  const TempDir dir;
  SqliteSpool::Options options;
  options.max_bytes = 50'000;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  std::vector<int64_t> accepted(kThreads);
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&spool, &mine = accepted[t]] {
      for (int i = 0; i < kEach; ++i) {
        const absl::Status status = spool->Append(SampleEvent()).status();
        if (status.ok()) {
          ++mine;
        } else {
          EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
        }
      }
    });
  }
  threads.Join();
  int64_t total = 1;
  for (const int64_t mine : accepted) total += mine;
  EXPECT_EQ(spool->status().last_sequence, total);
  EXPECT_LE(spool->status().bytes, options.max_bytes);
  EXPECT_EQ(HeldSequences(*spool.spool).size(), static_cast<size_t>(total));
}

TEST(SqliteSpoolConcurrencyTest, CloseRacesWithAppendsAndWaits) {
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  Threads threads;
  for (int t = 0; t < 4; ++t) {
    threads.Start([&spool] {
      while (spool->Append(SampleEvent()).ok()) {
      }
    });
    threads.Start([&spool] {
      for (int64_t seen = 0; spool->WaitForEvent(seen, absl::InfiniteFuture());
           ++seen) {
      }
    });
  }
  ASSERT_TRUE(spool->WaitForEvent(50, absl::InfiniteFuture()));
  spool->Close();
  threads.Join();
  const auto left = HeldSequences(*spool.spool);
  EXPECT_EQ(left.size(), static_cast<size_t>(spool->status().last_sequence));
}

}  // namespace
}  // namespace pullgate::agent
