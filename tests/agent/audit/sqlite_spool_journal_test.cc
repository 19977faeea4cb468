// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Events on their way from the journals into the spool's database.

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/audit/sqlite_spool.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/support/faulty_disk.h"

namespace pullgate::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kAnyBytes = INT64_MAX;

// Events stay in the journal until the spool is closed.
SqliteSpool::Options Unmoved() {
  SqliteSpool::Options options;
  options.store.linger = absl::Hours(24);
  return options;
}

// Events are moved at once, and the journals are small.
SqliteSpool::Options Moved(size_t journal_bytes) {
  SqliteSpool::Options options;
  options.store.linger = absl::ZeroDuration();
  options.store.journal_bytes = journal_bytes;
  return options;
}

// The directory as it would be if the process died now.
void CopyFiles(const std::string& from, const std::string& to) {
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

// A file in `dir` that holds something after `spool` recorded events.
std::string JournalIn(const std::string& dir) {
  for (const char* name : {"/spool.db-events1", "/spool.db-events2"}) {
    if (std::filesystem::file_size(dir + name) > 0) return dir + name;
  }
  ADD_FAILURE() << "both journals are empty";
  return "";
}

TEST(SqliteSpoolJournalTest, ReplaysWhatAnEarlierProcessLeft) {
  const TempDir dir;
  const TempDir left;
  const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
  AppendSamples(*spool.spool, 3);
  CopyFiles(dir.path(), left.path());
  const OpenedSpool after = OpenSpool(left.path(), Unmoved());
  EXPECT_EQ(after->status().epoch, spool->status().epoch);
  EXPECT_EQ(after->status().bytes, spool->status().bytes);
  EXPECT_THAT(HeldSequences(*after.spool), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(ToBytes(after->status().last_hash),
            ToBytes(spool->status().last_hash));
  EXPECT_EQ(after->Append(SampleEvent())->sequence(), 5);
}

TEST(SqliteSpoolJournalTest, ReplayingTwiceIsAsReplayingOnce) {
  FaultyDisk disk;
  const TempDir dir;
  const TempDir left;
  {
    const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
    AppendSamples(*spool.spool, 3);
    CopyFiles(dir.path(), left.path());
  }
  disk.FailTruncates(true);  // the journals stay as they are
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(HeldSequences(*OpenSpool(left.path()).spool),
                ElementsAre(1, 2, 3, 4));
  }
  disk.FailTruncates(false);
  const OpenedSpool spool = OpenSpool(left.path());
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 5);
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(5));
}

TEST(SqliteSpoolJournalTest, ATornTailTakesTheLastEventOnly) {
  const TempDir dir;
  const TempDir left;
  const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
  AppendSamples(*spool.spool, 3);
  CopyFiles(dir.path(), left.path());
  const std::string journal = JournalIn(left.path());
  std::filesystem::resize_file(journal,
                               std::filesystem::file_size(journal) - 1);
  const OpenedSpool after = OpenSpool(left.path());
  EXPECT_THAT(HeldSequences(*after.spool), ElementsAre(1, 2, 3));
  EXPECT_EQ(after->Append(SampleEvent())->sequence(), 4);
  EXPECT_EQ(HeldSequences(*after.spool), OneTo(4));
}

TEST(SqliteSpoolJournalTest, TheJournalOfAnotherSpoolIsSetAside) {
  const TempDir one;
  const TempDir other;
  const OpenedSpool spool = OpenSpool(one.path(), Unmoved());
  AppendSamples(*spool.spool, 3);
  { AppendSamples(*OpenSpool(other.path()).spool, 1); }
  const std::string journal = JournalIn(one.path());
  const std::string there = other.File("spool.db-events1");
  std::filesystem::copy_file(journal, there,
                             std::filesystem::copy_options::overwrite_existing);
  const OpenedSpool after = OpenSpool(other.path());
  EXPECT_THAT(HeldSequences(*after.spool), ElementsAre(1, 2));
  EXPECT_EQ(ReadFile(absl::StrCat(there, ".aside-", spool->status().epoch)),
            ReadFile(journal));
}

TEST(SqliteSpoolJournalTest, SettingTheDatabaseAsideTakesTheJournalsAlong) {
  const TempDir dir;
  const TempDir left;
  const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
  AppendSamples(*spool.spool, 3);
  CopyFiles(dir.path(), left.path());
  const std::string journal = JournalIn(left.path());
  const std::string suffix = journal.substr(journal.rfind('-'));
  const std::string contents = ReadFile(journal);
  {
    const auto directory = DataDirectory::Open(left.path()).value();
    const std::string aside =
        directory->SetAside(SqliteSpool::kFileName, absl::FromUnixSeconds(1))
            .value();
    EXPECT_EQ(ReadFile(aside + suffix), contents);
  }
  EXPECT_THAT(HeldSequences(*OpenSpool(left.path()).spool), ElementsAre(1));
}

TEST(SqliteSpoolJournalTest, AClosedSpoolIsADatabaseAlone) {
  const TempDir dir;
  { AppendSamples(*OpenSpool(dir.path(), Unmoved()).spool, 3); }
  EXPECT_EQ(ReadFile(dir.File("spool.db-events1")), "");
  EXPECT_EQ(ReadFile(dir.File("spool.db-events2")), "");
  EXPECT_EQ(HeldSequences(*OpenSpool(dir.path()).spool), OneTo(4));
}

TEST(SqliteSpoolJournalTest, WhatIsAcknowledgedBeforeItMovesIsForgotten) {
  const TempDir dir;
  {
    const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
    AppendSamples(*spool.spool, 5);
    ASSERT_TRUE(spool->Ack(4).ok());
    EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(5, 6));
    const TempDir left;
    CopyFiles(dir.path(), left.path());
    EXPECT_THAT(HeldSequences(*OpenSpool(left.path()).spool),
                ElementsAre(5, 6));
    ASSERT_TRUE(spool->Ack(6).ok());
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_THAT(HeldSequences(*spool.spool), IsEmpty());
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 7);
}

TEST(SqliteSpoolJournalTest, ReadsAcrossDatabaseAndJournalsWithinItsBounds) {
  const TempDir dir;
  { AppendSamples(*OpenSpool(dir.path()).spool, 3); }
  const OpenedSpool spool = OpenSpool(dir.path(), Unmoved());
  AppendSamples(*spool.spool, 4);
  const auto read = [&spool](int64_t after, int events, int64_t bytes) {
    return SequencesOf(Parsed(spool->Read(after, events, bytes)));
  };
  const auto size =
      static_cast<int64_t>(spool->Read(1, 1, kAnyBytes)->events.front().size());
  EXPECT_THAT(read(0, 100, kAnyBytes), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(read(2, 4, kAnyBytes), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(read(2, 100, 3 * size + 3), ElementsAre(3, 4, 5));
  EXPECT_THAT(read(5, 1, kAnyBytes), ElementsAre(6));
  EXPECT_THAT(read(4, 100, 1), ElementsAre(5)) << "the first always";
}

TEST(SqliteSpoolJournalTest, AnswersWhileTheDatabaseFailsUpToABound) {
  FaultyDisk disk;
  const TempDir dir;
  const size_t kBytes = 20'000;
  int64_t accepted = 1;  // the one that begins the epoch
  {
    const OpenedSpool spool = OpenSpool(dir.path(), Moved(kBytes));
    disk.FailWritesTo("-wal");
    absl::Status refusal;
    while (refusal.ok() && accepted < 1000) {
      refusal = spool->Append(SampleEvent()).status();
      if (refusal.ok()) ++accepted;
      // The mover takes the first journal when it pleases.
      std::this_thread::yield();
    }
    EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
    EXPECT_LE(spool->status().bytes, static_cast<int64_t>(2 * kBytes));
    EXPECT_EQ(HeldSequences(*spool.spool), OneTo(accepted));
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), /*random=*/nullptr);

    disk.FailWrites(false);
    EXPECT_EQ(HeldSequences(*OpenSpool(left.path()).spool), OneTo(accepted))
        << "what was read survives power loss";
    // It tries again by itself.
    while (!spool->Append(SampleEvent()).ok()) std::this_thread::yield();
    EXPECT_EQ(HeldSequences(*spool.spool), OneTo(++accepted));
  }
  EXPECT_EQ(HeldSequences(*OpenSpool(dir.path()).spool), OneTo(accepted));
}

TEST(SqliteSpoolJournalTest, SaysWhyTheDatabaseTakesNothing) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path(), Moved(20'000));
  disk.FailWritesTo("-wal");
  std::string last_error;
  while (!testing::Matches(HasSubstr("check the disk"))(last_error)) {
    last_error = std::string(spool->Append(SampleEvent()).status().message());
    std::this_thread::yield();
  }
  EXPECT_THAT(last_error, HasSubstr("nothing was recorded"));
  EXPECT_EQ(spool->status().last_error, last_error);
}

TEST(SqliteSpoolJournalTest, WhatTheDatabaseLeftIsReplayedAfterAKill) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path(), Moved(20'000));
  disk.FailWritesTo("-wal");
  int64_t accepted = 1;  // the one that begins the epoch
  while (spool->Append(SampleEvent()).ok()) {
    ++accepted;
    std::this_thread::yield();
  }
  const TempDir left;
  CopyFiles(dir.path(), left.path());
  disk.FailWrites(false);
  EXPECT_EQ(HeldSequences(*OpenSpool(left.path()).spool), OneTo(accepted));
}

TEST(SqliteSpoolJournalTest, ADiskThatFillsUpAnywhereLosesNothing) {
  for (int64_t free = 0; free < 48 * 1024; free += 1300) {
    SCOPED_TRACE(free);
    FaultyDisk disk;
    const TempDir dir;
    int64_t accepted = 1;  // the one that begins the epoch
    {
      const OpenedSpool spool = OpenSpool(dir.path(), Moved(1024 * 1024));
      disk.SetFree(free);
      while (accepted < 60 && spool->Append(SampleEvent()).ok()) ++accepted;
      EXPECT_EQ(HeldSequences(*spool.spool), OneTo(accepted));
      disk.SetPlentyFree();
      ASSERT_EQ(spool->Append(SampleEvent())->sequence(), ++accepted);
      if (free % 3 == 0) disk.SetFree(0);  // while closing, too
    }
    disk.SetPlentyFree();
    ASSERT_EQ(HeldSequences(*OpenSpool(dir.path()).spool), OneTo(accepted));
  }
}

TEST(SqliteSpoolJournalTest, NoSequenceThatWasReadIsGivenOutAgain) {
  FaultyDisk disk;
  std::mt19937 random(3);
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path(), Moved(1024 * 1024));
  int64_t acked = 0;
  for (int round = 1; round <= 60; ++round) {
    AppendSamples(*spool.spool, 1 + static_cast<int>(random() % 20));
    const auto read = spool->Read(acked, /*max_events=*/15, INT64_MAX);
    ASSERT_TRUE(read.ok()) << read.status();
    const int64_t seen = read->last_sequence();
    AppendSamples(*spool.spool, static_cast<int>(random() % 20));
    if (round % 4 == 0) {
      acked = seen;
      ASSERT_TRUE(spool->Ack(acked).ok());
    }
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), round % 3 == 0 ? nullptr : &random);
    const OpenedSpool after = OpenSpool(left.path());
    ASSERT_EQ(after->status().epoch, spool->status().epoch);
    ASSERT_GT(after->Append(SampleEvent())->sequence(), seen);
  }
}

}  // namespace
}  // namespace pullgate::agent
