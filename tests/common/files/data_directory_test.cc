// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/files/data_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

TEST(DataDirectoryTest, IsMadeForItsOwnerOnly) {
  const TempDir parent;
  const std::string path = parent.File("data");
  const auto directory = DataDirectory::Open(path);
  ASSERT_TRUE(directory.ok()) << directory.status();
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  EXPECT_EQ((*directory)->File("spool.db"), path + "/spool.db");
}

TEST(DataDirectoryTest, HasOneHolderAtATime) {
  const TempDir dir;
  auto first = DataDirectory::Open(dir.path());
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = DataDirectory::Open(dir.path()).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(second),
              AllOf(HasSubstr(dir.path()),
                    HasSubstr(absl::StrCat("in use by another process "
                                           "(process ",
                                           getpid(), ")")),
                    HasSubstr("configure another directory")));
  first->reset();
  EXPECT_TRUE(DataDirectory::Open(dir.path()).ok());
}

TEST(DataDirectoryTest, IsFreeWhenItsHolderWasKilled) {
  const TempDir dir;
  ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
    const auto held = DataDirectory::Open(dir.path());
    reporter.Report(held.status().ToString());
    pause();
  });
  EXPECT_EQ(child.ReadLine(), "OK");
  EXPECT_EQ(DataDirectory::Open(dir.path()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  child.Kill();
  EXPECT_TRUE(DataDirectory::Open(dir.path()).ok());
}

TEST(DataDirectoryTest, SaysThatItsParentIsMissing) {
  const TempDir dir;
  const absl::Status status = DataDirectory::Open(dir.File("no/such")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(MessageOf(status),
              AllOf(HasSubstr(dir.File("no/such")), HasSubstr("parent")));
}

TEST(DataDirectoryTest, SaysThatAFileIsNoDirectory) {
  const TempDir dir;
  WriteFile(dir.File("data"), "");
  const absl::Status status = DataDirectory::Open(dir.File("data")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), HasSubstr("is not a directory"));
}

TEST(DataDirectoryTest, SetsADatabaseAsideWithItsLog) {
  const TempDir dir;
  const auto directory = DataDirectory::Open(dir.path()).value();
  WriteFile(dir.File("spool.db"), "database");
  WriteFile(dir.File("spool.db-wal"), "log");
  const auto aside =
      directory->SetAside("spool.db", absl::FromUnixSeconds(1'700'000'000));
  ASSERT_TRUE(aside.ok()) << aside.status();
  EXPECT_EQ(*aside, dir.File("spool.db.aside-20231114T221320.000Z"));
  EXPECT_EQ(ReadFile(*aside), "database");
  EXPECT_EQ(ReadFile(*aside + "-wal"), "log");
  EXPECT_FALSE(Exists(dir.File("spool.db")));
  EXPECT_FALSE(Exists(dir.File("spool.db-wal")));
}

}  // namespace
}  // namespace pullgate
