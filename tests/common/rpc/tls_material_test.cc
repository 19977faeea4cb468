// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/tls_material.h"

#include <openssl/pem.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/spiffe_pki.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

class TlsMaterialTest : public testing::Test {
 protected:
  // Loads files of which one was replaced.
  absl::Status LoadWith(const std::string& path, absl::string_view contents) {
    ReplaceFile(path, contents);
    return LoadTlsMaterial(files_).status();
  }

  const TempDir directory_;
  const SpiffePki pki_{"Test CA"};
  const TlsFilePaths files_ = pki_.WriteClient(directory_.path(), "agent",
                                               {"spiffe://example.org/vch/a"});
};

TEST_F(TlsMaterialTest, SaysWhatTheCertificateSays) {
  const absl::StatusOr<TlsMaterial> material = LoadTlsMaterial(files_);
  ASSERT_TRUE(material.ok()) << material.status();
  EXPECT_EQ(material->uris,
            std::vector<std::string>({"spiffe://example.org/vch/a"}));
  EXPECT_EQ(material->fingerprint.size(), 64u);
  EXPECT_EQ(material->not_after, absl::FromUnixSeconds(2493072000));
  EXPECT_EQ(material->ca_pem, pki_.CaPem());
}

TEST_F(TlsMaterialTest, NamesTheFileThatIsMissing) {
  for (const std::string& path : {files_.certificate, files_.key, files_.ca}) {
    ASSERT_EQ(rename(path.c_str(), (path + ".gone").c_str()), 0);
    const absl::Status status = LoadTlsMaterial(files_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_TRUE(absl::StartsWith(status.message(), path)) << status;
    ASSERT_EQ(rename((path + ".gone").c_str(), path.c_str()), 0);
  }
}

TEST_F(TlsMaterialTest, KeyAndCertificateMustBeAPair) {
  const TestCertificate other =
      pki_.IssueClient({"spiffe://example.org/vch/a"});
  const absl::Status status = LoadWith(files_.key, other.KeyPem());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            absl::StrCat(files_.key, ": is not the key of the first ",
                         "certificate in ", files_.certificate));
}

TEST_F(TlsMaterialTest, TheLeafComesFirst) {
  const std::string leaf = ReadFile(files_.certificate);
  EXPECT_TRUE(
      LoadWith(files_.certificate, absl::StrCat(leaf, pki_.CaPem())).ok());
  EXPECT_FALSE(
      LoadWith(files_.certificate, absl::StrCat(pki_.CaPem(), leaf)).ok());
}

TEST_F(TlsMaterialTest, TextAroundTheBlocksIsIgnored) {
  EXPECT_TRUE(
      LoadWith(files_.ca, absl::StrCat("# our CA\n", pki_.CaPem(), "\n# end\n"))
          .ok());
}

TEST_F(TlsMaterialTest, NamesTheFileWithoutWhatItShouldHave) {
  EXPECT_TRUE(absl::StrContains(LoadWith(files_.ca, "").message(),
                                "agent.ca: has no PEM certificate"));
  EXPECT_TRUE(absl::StrContains(
      LoadWith(files_.certificate, "nothing here\n").message(),
      "agent.pem: has no PEM certificate"));
  ReplaceFile(files_.certificate, pki_.CaPem());
  EXPECT_TRUE(absl::StrContains(LoadWith(files_.key, pki_.CaPem()).message(),
                                "agent.key: has no PEM private key"));
}

TEST_F(TlsMaterialTest, DamagedFilesAreRefused) {
  const std::string pem = pki_.CaPem();
  EXPECT_FALSE(LoadWith(files_.ca, pem.substr(0, pem.size() / 2)).ok());
  std::string flipped = pem;
  flipped[flipped.size() / 2] = flipped[flipped.size() / 2] == 'A' ? 'B' : 'A';
  flipped[flipped.size() / 2 + 1] = '!';
  EXPECT_FALSE(LoadWith(files_.ca, flipped).ok());
  EXPECT_FALSE(LoadWith(files_.ca, std::string(2 << 20, 'x')).ok());
}

TEST_F(TlsMaterialTest, EncryptedKeyIsRefusedWithoutAsking) {
  const EvpPkeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char password[] = "secret";
  ASSERT_EQ(
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(),
                                    password, 6, nullptr, nullptr),
      1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  const absl::Status status =
      LoadWith(files_.key, std::string(data, static_cast<size_t>(size)));
  EXPECT_TRUE(absl::StrContains(status.message(), "is encrypted")) << status;
}

TEST_F(TlsMaterialTest, ErrorsNeverQuoteTheKey) {
  const TestCertificate other = pki_.IssueClient({});
  const std::string key = other.KeyPem();
  const std::string secret = key.substr(40, 30);
  for (const std::string& contents :
       {key, key.substr(0, key.size() / 2), absl::StrCat("x", key, "y")}) {
    EXPECT_FALSE(
        absl::StrContains(LoadWith(files_.key, contents).message(), secret));
    EXPECT_FALSE(
        absl::StrContains(LoadWith(files_.ca, contents).message(), secret));
  }
}

TEST_F(TlsMaterialTest, ExpiredCertificateIsNoError) {
  TestCertificateOptions options = TestLeafOptions({"localhost"});
  options.not_after = options.not_before + absl::Hours(1);
  const TestCertificate expired = MakeSelfSigned(options);
  ReplaceFile(files_.key, expired.KeyPem());
  EXPECT_TRUE(LoadWith(files_.certificate, expired.Pem()).ok());
}

}  // namespace
}  // namespace pullgate
