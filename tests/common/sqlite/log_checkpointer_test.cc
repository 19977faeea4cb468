// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/log_checkpointer.h"

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>

#include "common/sqlite/database.h"
#include "common/sqlite/query_number.h"
#include "common/sqlite/statement.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

constexpr int64_t kRow = 10'000;

class LogCheckpointerTest : public ::testing::Test {
 protected:
  LogCheckpointerTest() {
    Database::Options options;
    options.durability = Durability::kProcessCrash;
    options.checkpoint_pages = 0;  // never by itself
    writer_ = Database::Open(path_, options).value();
    EXPECT_TRUE(writer_->Execute("CREATE TABLE t(data BLOB)").ok());
  }

  void Start(int64_t every_bytes) {
    checkpointer_ = LogCheckpointer::Start(path_, every_bytes).value();
  }

  // Each a transaction.
  void Write(int rows) {
    auto insert =
        Statement::Prepare(*writer_, "INSERT INTO t VALUES (?)").value();
    const std::string data(kRow, 'x');
    for (int i = 0; i < rows; ++i) {
      insert.BindBlob(1, data);
      ASSERT_TRUE(insert.Run().ok());
      checkpointer_->Note(kRow);
    }
  }

  int64_t FileSize() const {
    struct stat file = {};
    EXPECT_EQ(stat(path_.c_str(), &file), 0);
    return file.st_size;
  }

  const TempDir dir_;
  const std::string path_ = dir_.File("some.db");
  std::unique_ptr<Database> writer_;
  std::unique_ptr<LogCheckpointer> checkpointer_;
};

TEST_F(LogCheckpointerTest, CopiesOnceSoMuchWasCommitted) {
  Start(100 * kRow);
  Write(100);
  checkpointer_.reset();
  EXPECT_GE(FileSize(), 100 * kRow);
}

TEST_F(LogCheckpointerTest, CopiesNothingBefore) {
  Start(100 * kRow);
  Write(99);
  checkpointer_.reset();
  EXPECT_LT(FileSize(), kRow);
}

TEST_F(LogCheckpointerTest, CountsAnewAfterEachTime) {
  Start(50 * kRow);
  Write(1000);
  checkpointer_.reset();
  EXPECT_GE(FileSize(), 100 * kRow);
  EXPECT_EQ(*QueryNumber(*writer_, "SELECT count(*) FROM t"), 1000);
  EXPECT_TRUE(writer_->CheckIntegrity().ok());
}

TEST_F(LogCheckpointerTest, LetsTheWriterBeginTheLogAnew) {
  ASSERT_TRUE(writer_->Execute("PRAGMA wal_autocheckpoint = 500").ok());
  Start(300 * kRow);
  // It copies at most once in a while, and after each the writer's turn comes:
  // its first commit copies the rest, the second begins anew.
  Write(2 * 299);
  checkpointer_.reset();
  Start(300 * kRow);
  Write(2);
  auto log =
      Statement::Prepare(*writer_, "PRAGMA wal_checkpoint(PASSIVE)").value();
  ASSERT_TRUE(log.Step().value());
  EXPECT_LT(log.Int64(1), 600) << "pages of the log";
}

TEST_F(LogCheckpointerTest, AFileThatIsNoneIsAnError) {
  WriteFile(dir_.File("other"), std::string(5000, 'x'));
  EXPECT_FALSE(LogCheckpointer::Start(dir_.File("other"), 1).ok());
}

}  // namespace
}  // namespace pullgate
