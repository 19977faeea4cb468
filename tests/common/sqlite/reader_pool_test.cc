// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/reader_pool.h"

#include <atomic>
#include <memory>

#include "common/sqlite/statement.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"
#include "tests/support/threads.h"

namespace pullgate {
namespace {

class ReaderPoolTest : public testing::Test {
 protected:
  ReaderPoolTest() { EXPECT_TRUE(writer_->Execute("CREATE TABLE t (x)").ok()); }

  static int64_t Count(const Database& database) {
    Statement count =
        Statement::Prepare(database, "SELECT count(*) FROM t").value();
    EXPECT_TRUE(count.Step().value());
    return count.Int64(0);
  }

  const TempDir dir_;
  const std::unique_ptr<Database> writer_ =
      Database::Open(dir_.File("test.db"), {}).value();
  const std::unique_ptr<ReaderPool> pool_ =
      ReaderPool::Open(dir_.File("test.db"), 2).value();
};

TEST_F(ReaderPoolTest, ReadersSeeWhatIsCommitted) {
  const ReaderPool::Lease one = pool_->Take();
  const ReaderPool::Lease two = pool_->Take();
  EXPECT_NE(one.get(), two.get());
  ASSERT_TRUE(writer_->Execute("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(Count(*one), 1);
  EXPECT_EQ(Count(*two), 1);
}

TEST_F(ReaderPoolTest, OnlySoManyReadAtOnce) {
  std::atomic<int> inside{0};
  Threads threads;
  for (int t = 0; t < 8; ++t) {
    threads.Start([this, &inside] {
      for (int i = 0; i < 50; ++i) {
        const ReaderPool::Lease reader = pool_->Take();
        EXPECT_LE(++inside, 2);
        EXPECT_GE(Count(*reader), 0);
        --inside;
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(writer_->Execute("INSERT INTO t VALUES (1)").ok());
  }
  threads.Join();
  EXPECT_EQ(Count(*pool_->Take()), 50);
}

TEST_F(ReaderPoolTest, RefusesAFileThatIsNotThere) {
  EXPECT_FALSE(ReaderPool::Open(dir_.File("missing.db"), 1).ok());
}

}  // namespace
}  // namespace pullgate
