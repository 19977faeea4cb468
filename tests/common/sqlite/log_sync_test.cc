// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/log_sync.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "gtest/gtest.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class LogSyncTest : public testing::Test {
 protected:
  LogSyncTest() {
    Database::Options options;
    options.durability = Durability::kProcessCrash;
    options.checkpoint_pages = 20;
    database_ = Database::Open(dir_.File("test.db"), options).value();
    EXPECT_TRUE(database_->Execute("CREATE TABLE t (x)").ok());
    sync_ = LogSync::Open(*database_).value();
  }

  void Insert() {
    ASSERT_TRUE(
        database_->Execute("INSERT INTO t VALUES (randomblob(1000))").ok());
  }

  // What a restart after losing power now would find.
  int64_t CountAfterPowerLoss() {
    const TempDir left;
    disk_.LosePower(dir_.path(), left.path(), /*random=*/nullptr);
    const auto after = Database::Open(left.File("test.db"), {}).value();
    Statement count =
        Statement::Prepare(*after, "SELECT count(*) FROM t").value();
    EXPECT_TRUE(count.Step().value());
    return count.Int64(0);
  }

  FaultyDisk disk_;
  const TempDir dir_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<LogSync> sync_;
};

TEST_F(LogSyncTest, WhatWasCommittedBeforeItSurvivesPowerLoss) {
  ASSERT_TRUE(sync_->Sync().ok());
  Insert();
  EXPECT_EQ(CountAfterPowerLoss(), 0) << "the disk must show the difference";
  ASSERT_TRUE(sync_->Sync().ok());
  EXPECT_EQ(CountAfterPowerLoss(), 1);
  Insert();
  EXPECT_EQ(CountAfterPowerLoss(), 1);
}

TEST_F(LogSyncTest, HoldsAcrossRecycledLogs) {
  for (int i = 1; i <= 100; ++i) {
    Insert();
    ASSERT_TRUE(sync_->Sync().ok());
    ASSERT_EQ(CountAfterPowerLoss(), i);
  }
}

TEST_F(LogSyncTest, SaysThatTheDeviceRefused) {
  disk_.FailSyncs(true);
  EXPECT_EQ(sync_->Sync().code(), absl::StatusCode::kUnavailable);
  disk_.FailSyncs(false);
  EXPECT_TRUE(sync_->Sync().ok());
}

}  // namespace
}  // namespace pullgate
