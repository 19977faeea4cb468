// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/tls_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

TlsMaterial Material(const std::string& name) {
  TlsMaterial material;
  material.certificate_pem = "certificate " + name;
  material.key_pem = "key " + name;
  material.ca_pem = "ca " + name;
  return material;
}

class TlsDirectoryTest : public testing::Test {
 protected:
  const TempDir parent_;
  std::unique_ptr<TlsDirectory> directory_ =
      *TlsDirectory::Create(parent_.path());
};

TEST_F(TlsDirectoryTest, PublishesAllThreeFiles) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  EXPECT_EQ(ReadFile(directory_->paths().certificate), "certificate 1");
  EXPECT_EQ(ReadFile(directory_->paths().key), "key 1");
  EXPECT_EQ(ReadFile(directory_->paths().ca), "ca 1");
}

TEST_F(TlsDirectoryTest, IsForNobodyElse) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  struct stat info = {};
  ASSERT_EQ(stat(directory_->path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(stat(directory_->paths().key.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(TlsDirectoryTest, ReplacesThemTogether) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  // A reader that has the directory open sees one generation.
  const std::string before = directory_->path() + "/1";
  for (int i = 2; i < 6; ++i) {
    ASSERT_TRUE(directory_->Publish(Material(std::to_string(i))).ok());
    EXPECT_EQ(ReadFile(directory_->paths().key), "key " + std::to_string(i));
    EXPECT_EQ(ReadFile(directory_->paths().certificate),
              "certificate " + std::to_string(i));
  }
  EXPECT_NE(access(before.c_str(), F_OK), 0);
}

TEST_F(TlsDirectoryTest, GenerationsNeverLookTheSameAge) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  struct stat first = {};
  ASSERT_EQ(stat(directory_->paths().key.c_str(), &first), 0);
  ASSERT_TRUE(directory_->Publish(Material("2")).ok());
  struct stat second = {};
  ASSERT_EQ(stat(directory_->paths().key.c_str(), &second), 0);
  EXPECT_NE(first.st_mtime, second.st_mtime);
}

TEST_F(TlsDirectoryTest, LeavesNothingBehind) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  const std::string path = directory_->path();
  directory_.reset();
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST_F(TlsDirectoryTest, FailedPublishKeepsTheOneBefore) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  // In the way of the new link.
  ASSERT_EQ(mkdir((directory_->path() + "/next").c_str(), 0700), 0);
  EXPECT_FALSE(directory_->Publish(Material("2")).ok());
  EXPECT_EQ(ReadFile(directory_->paths().key), "key 1");
  ASSERT_EQ(rmdir((directory_->path() + "/next").c_str()), 0);
  EXPECT_TRUE(directory_->Publish(Material("3")).ok());
  EXPECT_EQ(ReadFile(directory_->paths().key), "key 3");
}

TEST_F(TlsDirectoryTest, RemovesWhatAKilledProcessLeftBehind) {
  ASSERT_TRUE(directory_->Publish(Material("1")).ok());
  const std::string abandoned = parent_.File("pullgate-tls-dead00");
  ASSERT_EQ(mkdir(abandoned.c_str(), 0700), 0);
  WriteFile(abandoned + "/key.pem", "key");
  const auto other = TlsDirectory::Create(parent_.path());
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_NE(access(abandoned.c_str(), F_OK), 0);
  // The one in use stays.
  EXPECT_EQ(ReadFile(directory_->paths().key), "key 1");
}

TEST_F(TlsDirectoryTest, RemovesNothingElse) {
  const std::string file = parent_.File("pullgate-tls-file");
  WriteFile(file, "x");
  const std::string target = parent_.File("target");
  ASSERT_EQ(mkdir(target.c_str(), 0700), 0);
  const std::string link = parent_.File("pullgate-tls-link");
  ASSERT_EQ(symlink(target.c_str(), link.c_str()), 0);
  ASSERT_TRUE(TlsDirectory::Create(parent_.path()).ok());
  for (const std::string& path : {file, target, link}) {
    EXPECT_EQ(access(path.c_str(), F_OK), 0) << path;
  }
}

TEST_F(TlsDirectoryTest, ProcessesThatStartTogetherKeepTheirOwn) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        const auto own = TlsDirectory::Create(parent_.path());
        if (!own.ok()) {
          ++wrong;
          continue;
        }
        const std::string name = absl::StrCat(i, ".", j);
        if (!(*own)->Publish(Material(name)).ok() ||
            ReadFile((*own)->paths().key) != "key " + name) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(TlsDirectoryCreateTest, NamesTheParentThatIsMissing) {
  const absl::Status status = TlsDirectory::Create("/nonexistent").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "/nonexistent"));
}

TEST(TlsDirectoryCreateTest, FindsAPlaceByItself) {
  const auto directory = TlsDirectory::Create();
  ASSERT_TRUE(directory.ok()) << directory.status();
  EXPECT_TRUE((*directory)->Publish(Material("1")).ok());
}

}  // namespace
}  // namespace pullgate
