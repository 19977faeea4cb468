// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/transaction.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "common/sqlite/statement.h"
#include "gtest/gtest.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class TransactionTest : public testing::Test {
 protected:
  TransactionTest() {
    EXPECT_TRUE(database_->Execute("CREATE TABLE t (x)").ok());
  }

  int64_t Count(const Database& database) {
    Statement count =
        Statement::Prepare(database, "SELECT count(*) FROM t").value();
    EXPECT_TRUE(count.Step().value());
    return count.Int64(0);
  }

  FaultyDisk disk_;
  const TempDir dir_;
  const std::unique_ptr<Database> database_ =
      Database::Open(dir_.File("test.db"), {}).value();
};

TEST_F(TransactionTest, IsSeenByOthersFromItsCommitOn) {
  const auto other = Database::Open(dir_.File("test.db"), {}).value();
  Transaction transaction = Transaction::Begin(database_.get()).value();
  ASSERT_TRUE(database_->Execute("INSERT INTO t VALUES (1), (2)").ok());
  EXPECT_EQ(Count(*other), 0);
  ASSERT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(Count(*other), 2);
}

TEST_F(TransactionTest, IsRolledBackAtTheEndOfTheScope) {
  {
    Transaction transaction = Transaction::Begin(database_.get()).value();
    ASSERT_TRUE(database_->Execute("INSERT INTO t VALUES (1)").ok());
    const Transaction moved = std::move(transaction);
  }
  EXPECT_EQ(Count(*database_), 0);
  EXPECT_TRUE(Transaction::Begin(database_.get()).ok());
}

TEST_F(TransactionTest, AFailedCommitLeavesNothingOfIt) {
  for (const bool full : {true, false}) {
    {
      Transaction transaction = Transaction::Begin(database_.get()).value();
      ASSERT_TRUE(
          database_->Execute("INSERT INTO t VALUES (randomblob(10000))").ok());
      full ? disk_.SetFree(0) : disk_.FailWrites(true);
      EXPECT_EQ(transaction.Commit().code(), absl::StatusCode::kUnavailable);
      disk_.SetPlentyFree();
      disk_.FailWrites(false);
    }
    EXPECT_EQ(Count(*database_), 0);
    EXPECT_TRUE(Transaction::Begin(database_.get()).ok());
  }
}

TEST_F(TransactionTest, ReadsFromOneSnapshot) {
  const auto other = Database::Open(dir_.File("test.db"), {}).value();
  const Transaction snapshot = Transaction::BeginRead(other.get()).value();
  EXPECT_EQ(Count(*other), 0);
  ASSERT_TRUE(database_->Execute("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(Count(*other), 0);
}

}  // namespace
}  // namespace pullgate
