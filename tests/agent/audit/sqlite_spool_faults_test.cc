// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What the spool does when the disk fails it, and what is left when the power
// does.

#include <sys/mount.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "agent/audit/sqlite_spool.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/audit/spool_fixture.h"
#include "tests/support/faulty_disk.h"

namespace pullgate::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Appends until the first refusal, at most `limit`. Returns the last sequence.
int64_t AppendUntilRefused(SqliteSpool& spool, int limit,
                           absl::Status& refusal) {
  int64_t accepted = 1;  // the one that begins the epoch
  refusal = absl::OkStatus();
  while (accepted < limit) {
    refusal = spool.Append(SampleEvent()).status();
    if (!refusal.ok()) break;
    ++accepted;
  }
  return accepted;
}

TEST(SqliteSpoolFaultsTest, AFullDiskRecordsNothingAndHealsByItself) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  disk.SetFree(64 * 1024);
  absl::Status refusal;
  const int64_t accepted = AppendUntilRefused(*spool.spool, 10'000, refusal);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refusal.message()),
              testing::AllOf(HasSubstr("nothing was recorded"),
                             HasSubstr("disk is full"), HasSubstr("spool.db")));
  EXPECT_GT(accepted, 1);
  EXPECT_EQ(spool->status().last_error, refusal.message());
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(accepted));

  disk.SetPlentyFree();
  const auto event = spool->Append(SampleEvent());
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->sequence(), accepted + 1);
  EXPECT_EQ(spool->status().last_error, "");
}

TEST(SqliteSpoolFaultsTest, WhatAFullDiskHeldIsThereAfterARestart) {
  FaultyDisk disk;
  const TempDir dir;
  absl::Status refusal;
  int64_t accepted = 0;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    disk.SetFree(32 * 1024);
    accepted = AppendUntilRefused(*spool.spool, 10'000, refusal);
    ASSERT_FALSE(refusal.ok());
  }
  disk.SetPlentyFree();
  EXPECT_EQ(HeldSequences(*OpenSpool(dir.path()).spool), OneTo(accepted));
}

TEST(SqliteSpoolFaultsTest, AFullDiskStillLetsThePdpEmptyTheSpool) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 100);
  disk.SetFree(0);
  ASSERT_FALSE(spool->Append(SampleEvent()).ok());
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(101));
  const absl::Status ack = spool->Ack(101);
  if (!ack.ok()) {
    EXPECT_EQ(ack.code(), absl::StatusCode::kUnavailable);
  }
  disk.SetPlentyFree();
  EXPECT_TRUE(spool->Ack(101).ok());
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 102);
}

TEST(SqliteSpoolFaultsTest, AnAckStandsThoughTheDeletionsFail) {
  FaultyDisk disk;
  const TempDir dir;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    AppendSamples(*spool.spool, 500);
    disk.SetFree(8 * 1024);  // for the note of it, not for the deletions
    EXPECT_TRUE(spool->Ack(401).ok());
    EXPECT_EQ(spool->status().acked_sequence, 401);
    const std::vector<int64_t> left = HeldSequences(*spool.spool);
    ASSERT_EQ(left.size(), 100u);
    EXPECT_EQ(left.front(), 402);
    disk.SetPlentyFree();
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_EQ(spool->status().acked_sequence, 401);
  EXPECT_EQ(HeldSequences(*spool.spool).size(), 100u);
}

TEST(SqliteSpoolFaultsTest, ABrokenDiskRecordsNothingAndHealsByItself) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 3);
  disk.FailWrites(true);
  const absl::Status refusal = spool->Append(SampleEvent()).status();
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("check the disk"));
  EXPECT_EQ(spool->Ack(2).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(spool->status().acked_sequence, 0);

  disk.FailWrites(false);
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 5);
  EXPECT_TRUE(spool->Ack(2).ok());
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(3, 4, 5));
}

TEST(SqliteSpoolFaultsTest, HandsNothingToThePdpThatCannotBeFlushed) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  AppendSamples(*spool.spool, 1);
  disk.FailSyncs(true);
  EXPECT_EQ(spool->Read(0, 10, 10'000).status().code(),
            absl::StatusCode::kUnavailable);
  disk.FailSyncs(false);
  EXPECT_THAT(HeldSequences(*spool.spool), ElementsAre(1, 2));
}

TEST(SqliteSpoolFaultsTest, AFailedFlushRefusesTheVerdictIfItWasPromised) {
  FaultyDisk disk;
  const TempDir dir;
  SqliteSpool::Options options;
  options.durability = Durability::kPowerLoss;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  disk.FailSyncs(true);
  EXPECT_EQ(spool->Append(SampleEvent()).status().code(),
            absl::StatusCode::kUnavailable);
  disk.FailSyncs(false);
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 2);
}

TEST(SqliteSpoolFaultsTest, APromisedEventSurvivesPowerLoss) {
  FaultyDisk disk;
  std::mt19937 random(1);
  const TempDir dir;
  SqliteSpool::Options options;
  options.durability = Durability::kPowerLoss;
  const OpenedSpool spool = OpenSpool(dir.path(), options);
  for (int64_t appended = 1; appended <= 60; ++appended) {
    AppendSamples(*spool.spool, 1);
    const TempDir left;
    disk.LosePower(dir.path(), left.path(),
                   appended % 3 == 0 ? nullptr : &random);
    const OpenedSpool after = OpenSpool(left.path(), options);
    ASSERT_EQ(HeldSequences(*after.spool), OneTo(appended + 1));
    EXPECT_EQ(after->status().epoch, spool->status().epoch);
  }
}

TEST(SqliteSpoolFaultsTest, NoSequenceThatWasReadIsGivenOutAgain) {
  FaultyDisk disk;
  std::mt19937 random(2);
  const TempDir dir;
  const OpenedSpool spool = OpenSpool(dir.path());
  int64_t acked = 0;
  for (int round = 1; round <= 40; ++round) {
    AppendSamples(*spool.spool, 7);
    const auto read = spool->Read(acked, /*max_events=*/5, INT64_MAX);
    ASSERT_TRUE(read.ok()) << read.status();
    const int64_t seen = read->last_sequence();
    AppendSamples(*spool.spool, 7);
    if (round % 4 == 0) {
      acked = seen;
      ASSERT_TRUE(spool->Ack(acked).ok());
    }
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), round % 3 == 0 ? nullptr : &random);
    const OpenedSpool after = OpenSpool(left.path());
    EXPECT_EQ(after->status().epoch, spool->status().epoch);
    EXPECT_GT(after->Append(SampleEvent())->sequence(), seen);
  }
}

TEST(SqliteSpoolFaultsTest, ADamagedFileIsDataLossAndCanBeSetAside) {
  const TempDir dir;
  std::string epoch;
  {
    const OpenedSpool spool = OpenSpool(dir.path());
    AppendSamples(*spool.spool, 200);
    epoch = spool->status().epoch;
  }
  const std::string path = dir.File(SqliteSpool::kFileName);
  std::string contents = ReadFile(path);
  ASSERT_GT(contents.size(), 40u * 1024);
  contents.replace(20 * 1024, 8 * 1024, std::string(8 * 1024, 'x'));
  WriteFile(path, contents);
  EXPECT_EQ(TryOpenSpool(dir.path()).status().code(),
            absl::StatusCode::kDataLoss);

  {
    const auto directory = DataDirectory::Open(dir.path()).value();
    const auto aside =
        directory->SetAside(SqliteSpool::kFileName, absl::FromUnixSeconds(1));
    ASSERT_TRUE(aside.ok()) << aside.status();
    EXPECT_EQ(ReadFile(*aside), contents);
  }
  const OpenedSpool spool = OpenSpool(dir.path());
  EXPECT_NE(spool->status().epoch, epoch);
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), 2);
}

TEST(SqliteSpoolFaultsTest, AFileThatIsNoDatabaseIsDataLoss) {
  const TempDir dir;
  WriteFile(dir.File(SqliteSpool::kFileName), std::string(10'000, 'x'));
  const absl::Status status = TryOpenSpool(dir.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("is damaged"));
}

// The same as with the simulated disk, on a real one of half a mebibyte.
TEST(SqliteSpoolFaultsTest, AFullRealFileSystemRecordsNothing) {
  const TempDir dir;
  if (mount("none", dir.path().c_str(), "tmpfs", 0, "size=512k") != 0) {
    GTEST_SKIP() << "needs the right to mount a tmpfs";
  }
  const absl::Cleanup unmount = [&dir] {
    EXPECT_EQ(umount2(dir.path().c_str(), MNT_DETACH), 0);
  };
  const OpenedSpool spool = OpenSpool(dir.path());
  absl::Status refusal;
  const int64_t accepted = AppendUntilRefused(*spool.spool, 10'000, refusal);
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refusal.message()), HasSubstr("disk is full"));
  EXPECT_EQ(HeldSequences(*spool.spool), OneTo(accepted));
  EXPECT_EQ(mount("none", dir.path().c_str(), "tmpfs", MS_REMOUNT, "size=8m"),
            0);
  EXPECT_EQ(spool->Append(SampleEvent())->sequence(), accepted + 1);
}

}  // namespace
}  // namespace pullgate::agent
