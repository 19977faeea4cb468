// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/statement.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class StatementTest : public testing::Test {
 protected:
  StatementTest() {
    EXPECT_TRUE(
        database_->Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x)").ok());
  }

  Statement Prepare(absl::string_view sql) {
    return Statement::Prepare(*database_, sql).value();
  }

  const TempDir dir_;
  const std::unique_ptr<Database> database_ =
      Database::Open(dir_.File("test.db"), {}).value();
};

TEST_F(StatementTest, ReturnsWhatWasBound) {
  Statement echo = Prepare("SELECT ?, ?, ?, ?, ?");
  const std::string binary("a\0b\xff", 4);
  echo.BindInt64(1, std::numeric_limits<int64_t>::min());
  echo.BindText(2, "Grüße");
  echo.BindBlob(3, binary);
  echo.BindNull(4);
  echo.BindText(5, absl::string_view());
  ASSERT_TRUE(echo.Step().value());
  EXPECT_EQ(echo.Int64(0), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(echo.Text(1), "Grüße");
  EXPECT_EQ(echo.Blob(2), binary);
  EXPECT_TRUE(echo.IsNull(3));
  EXPECT_EQ(echo.Blob(3), "");
  EXPECT_FALSE(echo.IsNull(4));
  EXPECT_EQ(echo.Text(4), "");
  EXPECT_FALSE(echo.Step().value());
}

TEST_F(StatementTest, RunsAgainWithOtherValues) {
  Statement insert = Prepare("INSERT INTO t(x) VALUES (?)");
  for (const char* text : {"one", "two", "three"}) {
    insert.BindText(1, text);
    ASSERT_TRUE(insert.Run().ok());
  }
  ASSERT_TRUE(insert.Run().ok()) << "without a value: NULL";
  Statement select = Prepare("SELECT x FROM t ORDER BY id");
  std::string all;
  while (select.Step().value()) all += std::string(select.Text(0)) + ",";
  EXPECT_EQ(all, "one,two,three,,");
}

TEST_F(StatementTest, AWrongParameterIsReportedByTheNextStepOnly) {
  Statement echo = Prepare("SELECT ?");
  echo.BindInt64(2, 7);
  EXPECT_EQ(echo.Step().status().code(), absl::StatusCode::kInternal);
  echo.BindInt64(1, 7);
  EXPECT_TRUE(echo.Step().value());
}

TEST_F(StatementTest, RunRefusesRows) {
  EXPECT_EQ(Prepare("SELECT 1").Run().code(), absl::StatusCode::kInternal);
}

TEST_F(StatementTest, AViolatedConstraintIsInternalAndLeavesItUsable) {
  Statement insert = Prepare("INSERT INTO t(id) VALUES (?)");
  insert.BindInt64(1, 1);
  ASSERT_TRUE(insert.Run().ok());
  insert.BindInt64(1, 1);
  EXPECT_EQ(insert.Run().code(), absl::StatusCode::kInternal);
  insert.BindInt64(1, 2);
  EXPECT_TRUE(insert.Run().ok());
}

TEST_F(StatementTest, WrongSqlIsAnError) {
  EXPECT_EQ(Statement::Prepare(*database_, "SELECT nothing").status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(StatementTest, CanBeMoved) {
  Statement one = Prepare("SELECT 1");
  Statement two = Prepare("SELECT 2");
  Statement moved = std::move(one);
  moved = std::move(two);
  ASSERT_TRUE(moved.Step().value());
  EXPECT_EQ(moved.Int64(0), 2);
}

}  // namespace
}  // namespace pullgate
