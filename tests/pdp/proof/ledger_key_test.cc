// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/ledger_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/files/read_file.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Ne;
using ::testing::Not;

// RFC 8410, section 10.3, and RFC 8032, section 7.1, test 1.
constexpr char kRfc8410Key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
constexpr char kRfc8410Public[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";
constexpr char kEcKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
    "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
    "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n"
    "-----END PRIVATE KEY-----\n";

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  stat(path.c_str(), &info);
  return info.st_mode & 07777;
}

void WriteFile(const std::string& path, const std::string& text, mode_t mode) {
  pullgate::WriteFile(path, text);
  chmod(path.c_str(), mode);
}

std::string WhyNot(const std::string& pem) {
  const auto key = LedgerKey::FromPem(pem);
  EXPECT_TRUE(absl::IsInvalidArgument(key.status())) << key.status();
  return std::string(key.status().message());
}

TEST(LedgerKeyTest, ReadsTheExampleOfTheRfc) {
  const auto key = LedgerKey::FromPem(kRfc8410Key);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_THAT(key->public_pem(), Eq(kRfc8410Public));
  const auto keys = PublicKeys::Parse(kRfc8410Public);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(keys->raw(), ElementsAre(key->public_key()));
}

TEST(LedgerKeyTest, VerifiesWhatItSignedAndNothingElse) {
  const auto key = LedgerKey::FromPem(kRfc8410Key);
  const auto keys = PublicKeys::Parse(kRfc8410Public);
  std::string signature = key->Sign("what was signed").value();
  EXPECT_TRUE(keys->Verify(key->public_key(), "what was signed", signature));
  EXPECT_FALSE(keys->Verify(key->public_key(), "what was not", signature));
  EXPECT_FALSE(keys->Verify("another key", "what was signed", signature));
  EXPECT_FALSE(keys->Verify(key->public_key(), "what was signed", ""));
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(keys->Verify(key->public_key(), "what was signed", signature));
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
  }
}

TEST(LedgerKeyTest, KnowsEarlierKeysFromItsFile) {
  const std::string pem = LedgerKey::NewPem();
  const auto key = LedgerKey::FromPem(absl::StrCat(pem, kRfc8410Public));
  ASSERT_TRUE(key.ok()) << key.status();
  const auto earlier = LedgerKey::FromPem(kRfc8410Key);
  EXPECT_THAT(key->keys().raw(),
              ElementsAre(key->public_key(), earlier->public_key()));
  EXPECT_TRUE(key->keys().Verify(earlier->public_key(), "text",
                                 earlier->Sign("text").value()));
}

TEST(LedgerKeyTest, SaysWhatIsWrongAndQuotesNoKey) {
  EXPECT_THAT(WhyNot(""), HasSubstr("no PEM private key"));
  EXPECT_THAT(WhyNot("-----BEGIN PRIVATE KEY-----\nMC4C"), HasSubstr("END"));
  EXPECT_THAT(WhyNot(kEcKey), HasSubstr("openssl genpkey"));
  EXPECT_THAT(WhyNot(absl::StrCat(kRfc8410Key, kRfc8410Key)),
              HasSubstr("two private keys"));
  EXPECT_THAT(WhyNot(absl::StrCat(kRfc8410Public, kRfc8410Key)),
              HasSubstr("must come first"));
  EXPECT_THAT(WhyNot("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
                     "-----END ENCRYPTED PRIVATE KEY-----\n"),
              HasSubstr("without a password"));
  EXPECT_THAT(WhyNot(kEcKey), Not(HasSubstr("evZz")));
  EXPECT_TRUE(absl::IsInvalidArgument(PublicKeys::Parse(kRfc8410Key).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(PublicKeys::Parse("").status()));
}

TEST(LedgerKeyFileTest, IsMadeOnceAndForItsOwnerAlone) {
  const TempDir directory;
  const std::string path = directory.path() + "/ledger-key.pem";
  const auto made = LedgerKey::OpenOrMake(path);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(ModeOf(path), Eq(0600));
  const auto again = LedgerKey::OpenOrMake(path);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->public_key(), Eq(made->public_key()));
  EXPECT_TRUE(absl::IsNotFound(
      LedgerKey::Open(directory.path() + "/ledger-key.pem.new").status()));
}

TEST(LedgerKeyFileTest, TwoFilesHaveTwoKeys) {
  const TempDir directory;
  const auto one = LedgerKey::OpenOrMake(directory.path() + "/one");
  const auto other = LedgerKey::OpenOrMake(directory.path() + "/other");
  EXPECT_THAT(one->public_key(), Ne(other->public_key()));
}

TEST(LedgerKeyFileTest, AHalfMadeOneOfAKilledProcessIsReplaced) {
  const TempDir directory;
  const std::string path = directory.path() + "/ledger-key.pem";
  WriteFile(path + ".new", "-----BEGIN PRIV", 0600);
  EXPECT_TRUE(LedgerKey::OpenOrMake(path).ok());
}

TEST(LedgerKeyFileTest, AFileThatIsNoKeyIsNeverReplaced) {
  const TempDir directory;
  const std::string path = directory.path() + "/ledger-key.pem";
  WriteFile(path, "nonsense", 0600);
  const auto key = LedgerKey::OpenOrMake(path);
  EXPECT_TRUE(absl::IsFailedPrecondition(key.status())) << key.status();
  EXPECT_THAT(ReadFile(path, 100).value(), Eq("nonsense"));
}

TEST(LedgerKeyFileTest, OneThatEverybodyMayReadIsRefused) {
  const TempDir directory;
  const std::string path = directory.path() + "/ledger-key.pem";
  WriteFile(path, kRfc8410Key, 0644);
  const auto key = LedgerKey::Open(path);
  EXPECT_TRUE(absl::IsFailedPrecondition(key.status())) << key.status();
  EXPECT_THAT(key.status().message(), HasSubstr("chmod 0600"));
  chmod(path.c_str(), 0640);
  EXPECT_TRUE(LedgerKey::Open(path).ok());
}

}  // namespace
}  // namespace pullgate::pdp
