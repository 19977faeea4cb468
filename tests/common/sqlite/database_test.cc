// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/database.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Database> Open(const Database::Options& options = {}) {
    return Database::Open(path_, options).value();
  }

  static std::string Text(const Database& database, absl::string_view sql) {
    Statement query = Statement::Prepare(database, sql).value();
    EXPECT_TRUE(query.Step().value());
    return std::string(query.Text(0));
  }

  const TempDir dir_;
  const std::string path_ = dir_.File("test.db");
};

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

TEST_F(DatabaseTest, WritesAheadAndFlushesAsAsked) {
  Database::Options options;
  EXPECT_EQ(Text(*Open(options), "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Text(*Open(options), "PRAGMA synchronous"), "2");
  options.durability = Durability::kProcessCrash;
  EXPECT_EQ(Text(*Open(options), "PRAGMA synchronous"), "1");
}

TEST_F(DatabaseTest, SaysThatTheDirectoryIsMissing) {
  const absl::Status status =
      Database::Open(dir_.File("no/test.db"), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(dir_.File("no/test.db")),
                    HasSubstr("check that its directory exists")));
}

TEST_F(DatabaseTest, AReaderChangesNothing) {
  ASSERT_TRUE(Open()->Execute("CREATE TABLE t (x)").ok());
  Database::Options options;
  options.read_only = true;
  const auto reader = Open(options);
  EXPECT_EQ(Text(*reader, "SELECT count(*) FROM t"), "0");
  EXPECT_EQ(reader->Execute("INSERT INTO t VALUES (1)").code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(DatabaseTest, AReaderCreatesNothing) {
  Database::Options options;
  options.read_only = true;
  EXPECT_EQ(Database::Open(path_, options).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(DatabaseTest, WhatIsNoDatabaseIsDataLoss) {
  WriteFile(path_, std::string(8192, 'x'));
  const absl::Status status = Database::Open(path_, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(path_), HasSubstr("restore a backup")));
}

TEST_F(DatabaseTest, AnIntegrityCheckFindsDamage) {
  {
    const auto database = Open();
    ASSERT_TRUE(database->Execute("CREATE TABLE t (x TEXT)").ok());
    ASSERT_TRUE(database
                    ->Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                              "SELECT i + 1 FROM n WHERE i < 1000) "
                              "INSERT INTO t SELECT hex(randomblob(50)) FROM n")
                    .ok());
    EXPECT_TRUE(database->CheckIntegrity().ok());
  }
  std::string contents = ReadFile(path_);
  contents.replace(8192, 4096, std::string(4096, '\x01'));
  WriteFile(path_, contents);
  const absl::Status status = Open()->CheckIntegrity();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
}

TEST_F(DatabaseTest, ALockedFileIsUnavailableAfterTheTimeout) {
  const auto holder = Open();
  ASSERT_TRUE(holder->Execute("CREATE TABLE t (x)").ok());
  const auto held = Transaction::Begin(holder.get());
  ASSERT_TRUE(held.ok());
  Database::Options options;
  options.busy_timeout = absl::ZeroDuration();
  const absl::Status status =
      Open(options)->Execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status), HasSubstr("is locked"));
}

TEST_F(DatabaseTest, AMistakeInSqlIsInternal) {
  EXPECT_EQ(Open()->Execute("SELEKT 1").code(), absl::StatusCode::kInternal);
}

class DatabaseFaultsTest : public DatabaseTest {
 protected:
  FaultyDisk disk_;  // before the databases
};

TEST_F(DatabaseFaultsTest, AFullDiskIsUnavailableUntilThereIsSpace) {
  const auto database = Open();
  ASSERT_TRUE(database->Execute("CREATE TABLE t (x)").ok());
  disk_.SetFree(0);
  const absl::Status status =
      database->Execute("INSERT INTO t VALUES (randomblob(100000))");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(path_), HasSubstr("the disk is full")));
  disk_.SetPlentyFree();
  EXPECT_TRUE(database->Execute("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(Text(*database, "SELECT count(*) FROM t"), "1");
}

TEST_F(DatabaseFaultsTest, ABrokenDiskIsUnavailable) {
  const auto database = Open();
  ASSERT_TRUE(database->Execute("CREATE TABLE t (x)").ok());
  disk_.FailWrites(true);
  const absl::Status status = database->Execute("INSERT INTO t VALUES (1)");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status), HasSubstr("check the disk"));
}

}  // namespace
}  // namespace pullgate
