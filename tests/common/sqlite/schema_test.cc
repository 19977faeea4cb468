// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/schema.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/sqlite/statement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const Schema kFirst = {"test store", 4711, {"CREATE TABLE t (x);"}};
const Schema kSecond = {"test store",
                        4711,
                        {"CREATE TABLE t (x);",
                         "ALTER TABLE t ADD COLUMN y DEFAULT 'new';"
                         "CREATE TABLE u (z);"}};

class SchemaTest : public testing::Test {
 protected:
  std::string Text(absl::string_view sql) {
    Statement query = Statement::Prepare(*database_, sql).value();
    EXPECT_TRUE(query.Step().value());
    return std::string(query.Text(0));
  }

  const TempDir dir_;
  const std::unique_ptr<Database> database_ =
      Database::Open(dir_.File("test.db"), {}).value();
};

TEST_F(SchemaTest, MakesANewFile) {
  ASSERT_TRUE(ApplySchema(kSecond, database_.get()).ok());
  EXPECT_EQ(Text("PRAGMA user_version"), "2");
  EXPECT_EQ(Text("PRAGMA application_id"), "4711");
  EXPECT_TRUE(database_->Execute("INSERT INTO u VALUES (1)").ok());
}

TEST_F(SchemaTest, LeavesWhatIsUpToDate) {
  ASSERT_TRUE(ApplySchema(kSecond, database_.get()).ok());
  EXPECT_TRUE(ApplySchema(kSecond, database_.get()).ok());
}

TEST_F(SchemaTest, BringsAnOlderFileForwardWithItsContents) {
  ASSERT_TRUE(ApplySchema(kFirst, database_.get()).ok());
  ASSERT_TRUE(database_->Execute("INSERT INTO t(x) VALUES ('old')").ok());
  ASSERT_TRUE(ApplySchema(kSecond, database_.get()).ok());
  EXPECT_EQ(Text("SELECT x || y FROM t"), "oldnew");
  EXPECT_EQ(Text("PRAGMA user_version"), "2");
}

TEST_F(SchemaTest, RefusesANewerFile) {
  ASSERT_TRUE(ApplySchema(kSecond, database_.get()).ok());
  const absl::Status status = ApplySchema(kFirst, database_.get());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("test.db was written by a newer pullgate"),
            HasSubstr("version 2, this one knows 1"), HasSubstr("upgrade")));
  EXPECT_EQ(Text("PRAGMA user_version"), "2");
}

TEST_F(SchemaTest, RefusesAFileOfAnotherKind) {
  ASSERT_TRUE(ApplySchema(kFirst, database_.get()).ok());
  const Schema other = {"other store", 4712, {"CREATE TABLE t (x);"}};
  const absl::Status status = ApplySchema(other, database_.get());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("not a pullgate other store"));
}

TEST_F(SchemaTest, RefusesSomebodyElsesDatabase) {
  ASSERT_TRUE(database_->Execute("CREATE TABLE theirs (x)").ok());
  EXPECT_EQ(ApplySchema(kFirst, database_.get()).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SchemaTest, AFailedStepLeavesTheFileAsItWas) {
  ASSERT_TRUE(ApplySchema(kFirst, database_.get()).ok());
  const Schema broken = {
      "test store", 4711, {"CREATE TABLE t (x);", "CREATE TABLE u (z); oops;"}};
  EXPECT_FALSE(ApplySchema(broken, database_.get()).ok());
  EXPECT_EQ(Text("PRAGMA user_version"), "1");
  EXPECT_EQ(Text("SELECT count(*) FROM sqlite_schema"), "1");
  EXPECT_TRUE(ApplySchema(kSecond, database_.get()).ok());
}

}  // namespace
}  // namespace pullgate
