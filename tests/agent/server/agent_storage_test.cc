// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_storage.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/audit_events.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::EpochStart;

class AgentStorageTest : public ::testing::Test {
 protected:
  AgentStorageTest() {
    options_.data_directory = dir_.path() + "/data";
    options_.spool.store.linger = absl::Hours(24);  // stays in journals
  }

  absl::StatusOr<AgentStorage> Open() {
    return OpenAgentStorage(options_, clock_, log_);
  }

  // Records `count` events and dies.
  void RecordAndDie(int count) {
    ChildProcess child([&](const ChildProcess::Reporter& reporter) {
      const auto storage = Open();
      for (int i = 0; i < count; ++i) {
        if (!storage->spool->Append(SampleEvent()).ok()) return;
      }
      reporter.Report("done");
      pause();
    });
    ASSERT_TRUE(child.ReadLine().has_value());
    child.Kill();
  }

  static AuditEvent FirstEvent(Spool& spool) {
    AuditEvent event;
    const auto batch = spool.Read(0, 1, 1);
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (batch.ok() && !batch->events.empty()) {
      event.ParseFromString(batch->events.front());
    }
    return event;
  }

  std::string SpoolFile() const {
    return options_.data_directory + "/spool.db";
  }

  const TempDir dir_;
  SystemClock clock_;
  FakeLogSink sink_;
  const Logger log_{&sink_, &clock_};
  AgentOptions options_{Vch("vch-1")};
};

TEST_F(AgentStorageTest, TheFirstEpochSaysThatItIsTheFirst) {
  const auto storage = Open();
  ASSERT_TRUE(storage.ok()) << storage.status();
  const AuditEvent first = FirstEvent(*storage->spool);
  EXPECT_EQ(first.epoch_start().cause(), EpochStart::CAUSE_FIRST_START);
  EXPECT_EQ(first.epoch_start().previous_epoch(), "");
}

TEST_F(AgentStorageTest, TheEpochAfterADamagedSpoolSaysWhatItWas) {
  std::string epoch;
  {
    const auto storage = Open();
    epoch = storage->spool->status().epoch;
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(storage->spool->Append(SampleEvent()).ok());
    }
  }
  std::string contents = ReadFile(SpoolFile());
  contents.replace(20 * 1024, 8 * 1024, std::string(8 * 1024, 'x'));
  WriteFile(SpoolFile(), contents);
  const auto storage = Open();
  ASSERT_TRUE(storage.ok()) << storage.status();
  EXPECT_NE(storage->spool->status().epoch, epoch);
  const EpochStart start = FirstEvent(*storage->spool).epoch_start();
  EXPECT_EQ(start.cause(), EpochStart::CAUSE_SPOOL_DAMAGED);
  EXPECT_EQ(start.previous_epoch(), epoch);
  EXPECT_EQ(start.previous_last_sequence(), 201);
  EXPECT_TRUE(absl::StrContains(start.detail(), "is damaged"));
  EXPECT_TRUE(sink_.Has("set aside"));
}

TEST_F(AgentStorageTest, TheEpochAfterALostDatabaseIsKnownFromItsJournals) {
  RecordAndDie(3);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(SpoolFile() + suffix);
  }
  const auto storage = Open();
  ASSERT_TRUE(storage.ok()) << storage.status();
  const EpochStart start = FirstEvent(*storage->spool).epoch_start();
  EXPECT_EQ(start.cause(), EpochStart::CAUSE_SPOOL_DAMAGED);
  EXPECT_EQ(start.previous_epoch().size(), 32u);
  EXPECT_EQ(start.previous_last_sequence(), 4);
}

// On a file system that is full to the last byte.
class FullDiskStorageTest : public AgentStorageTest {
 protected:
  void SetUp() override {
    if (mount("none", dir_.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
      GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) EXPECT_EQ(umount2(dir_.path().c_str(), MNT_DETACH), 0);
  }

  void FillDisk() const {
    const int file =
        open(dir_.File("filler").c_str(), O_CREAT | O_WRONLY, 0600);
    ASSERT_GE(file, 0);
    const std::string block(4096, 'x');
    while (write(file, block.data(), block.size()) > 0) {
    }
    close(file);
  }
  void FreeDisk() const { std::filesystem::remove(dir_.File("filler")); }

  void ExpectRefusesUntilThereIsRoom(int64_t last_sequence) {
    const auto storage = Open();
    ASSERT_TRUE(storage.ok()) << storage.status();
    Spool& spool = *storage->spool;
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(spool.Append(SampleEvent()).status().code(),
                absl::StatusCode::kUnavailable);
    }
    EXPECT_TRUE(
        absl::StrContains(spool.status().last_error, "nothing was recorded"))
        << spool.status().last_error;
    FreeDisk();
    while (!spool.Append(SampleEvent()).ok()) std::this_thread::yield();
    EXPECT_EQ(spool.status().last_sequence, last_sequence + 1);
    EXPECT_EQ(spool.status().last_error, "");
    const auto held = spool.Read(0, 1000, INT64_MAX);
    ASSERT_TRUE(held.ok()) << held.status();
    EXPECT_EQ(held->first_sequence, 1);
    EXPECT_EQ(held->last_sequence(), last_sequence + 1);
    const auto policy = storage->last_policy->Load();
    EXPECT_TRUE(policy.ok()) << policy.status();
  }

 private:
  bool mounted_ = false;
};

TEST_F(FullDiskStorageTest, StartsWithEventsInItsJournals) {
  RecordAndDie(200);
  FillDisk();
  ExpectRefusesUntilThereIsRoom(201);
}

TEST_F(FullDiskStorageTest, StartsAfterAnOrderlyEnd) {
  {
    const auto storage = Open();
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(storage->spool->Append(SampleEvent()).ok());
    }
  }
  FillDisk();
  ExpectRefusesUntilThereIsRoom(21);
}

}  // namespace
}  // namespace pullgate::agent
