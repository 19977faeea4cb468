// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/public_ca_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

using ::testing::HasSubstr;

class PublicCaSetTest : public testing::Test {
 protected:
  PublicCaSetTest() {
    std::string directory = absl::StrCat(testing::TempDir(), "/caXXXXXX");
    path_ = absl::StrCat(mkdtemp(&directory[0]), "/bundle.pem");
  }
  ~PublicCaSetTest() override { remove(path_.c_str()); }

  void Write(absl::string_view text) { std::ofstream(path_) << text; }

  std::string path_;
};

TEST_F(PublicCaSetTest, ReadsCertificatesOnceInAnyOrder) {
  const std::string a = MakeTestRoot("A").Pem();
  const std::string b = MakeTestRoot("B").Pem();
  Write(absl::StrCat(a, b, a));
  const auto one = PublicCaSet::Load(path_);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ((*one)->certificates().size(), 2);
  Write(absl::StrCat(b, a));
  EXPECT_EQ((*one)->digest(), (*PublicCaSet::Load(path_))->digest());
  Write(a);
  EXPECT_NE((*one)->digest(), (*PublicCaSet::Load(path_))->digest());
}

TEST_F(PublicCaSetTest, PassesOverWhatDoesNotParse) {
  Write(absl::StrCat(
      "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n",
      MakeTestRoot("A").Pem()));
  const auto set = PublicCaSet::Load(path_);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ((*set)->certificates().size(), 1);
  EXPECT_EQ((*set)->passed_over(), 1);
}

TEST_F(PublicCaSetTest, MissingFileIsNotFoundAndNamed) {
  const absl::Status status = PublicCaSet::Load(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
}

TEST_F(PublicCaSetTest, FileWithoutCertificateIsRefused) {
  Write("no certificate here");
  const absl::Status status = PublicCaSet::Load(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no PEM certificate"));
}

TEST_F(PublicCaSetTest, FileWithoutEndIsRefused) {
  EXPECT_EQ(PublicCaSet::Load("/dev/zero").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PublicCaSetTest, NoticesThatTheFileWasReplaced) {
  const std::string a = MakeTestRoot("A").Pem();
  Write(a);
  const auto set = PublicCaSet::Load(path_);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_FALSE((*set)->ChangedOnDisk());
  // Same contents, another file, as a package's update does it.
  std::ofstream(path_ + ".new") << a;
  ASSERT_EQ(rename((path_ + ".new").c_str(), path_.c_str()), 0);
  EXPECT_TRUE((*set)->ChangedOnDisk());
  remove(path_.c_str());
  EXPECT_FALSE((*set)->ChangedOnDisk());
}

TEST_F(PublicCaSetTest, ReadsTheDistributionsBundle) {
  const auto set = PublicCaSet::Load("/etc/ssl/certs/ca-certificates.crt");
  if (absl::IsNotFound(set.status())) {
    GTEST_SKIP() << "the package ca-certificates is not installed";
  }
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_GT((*set)->certificates().size(), 50u);
  EXPECT_EQ((*set)->passed_over(), 0);
}

}  // namespace
}  // namespace pullgate
