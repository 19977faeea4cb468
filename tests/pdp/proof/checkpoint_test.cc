// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace pullgate::pdp {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
// What the signature is over: written by hand.
constexpr char kText[] =
    "pullgate/ledger/00112233445566778899aabbccddeeff\n"
    "4096\n"
    "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n"
    "time 2026-11-23T21:40:00.000000001Z\n";

class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointTest() {
    checkpoint_.origin = OriginOf("00112233445566778899aabbccddeeff");
    checkpoint_.tree_size = 4096;
    checkpoint_.root.fill(9);
    checkpoint_.time = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 21, 40),
                                       absl::UTCTimeZone()) +
                       absl::Nanoseconds(1);
    EXPECT_TRUE(Sign(key_, checkpoint_).ok());
  }

  const LedgerKey key_ = LedgerKey::FromPem(kKey).value();
  Checkpoint checkpoint_;
};

TEST_F(CheckpointTest, IsANoteThatNamesTheLedger) {
  EXPECT_THAT(SignedTextOf(checkpoint_), Eq(kText));
  EXPECT_THAT(NoteOf(checkpoint_),
              StartsWith(absl::StrCat(
                  kText, "\n\xe2\x80\x94 ",
                  "pullgate/ledger/00112233445566778899aabbccddeeff ")));
}

// As a stranger would, with the documentation and OpenSSL.
TEST_F(CheckpointTest, ItsSignatureIsOneOfEd25519) {
  const std::string note = NoteOf(checkpoint_);
  std::string blob;
  ASSERT_TRUE(absl::Base64Unescape(
      note.substr(note.rfind(' ') + 1, note.size() - note.rfind(' ') - 2),
      &blob));
  ASSERT_THAT(blob.size(), Eq(68));
  // RFC 8410, section 10.1: the public key of kKey.
  std::string raw;
  ASSERT_TRUE(absl::Base64Unescape(
      "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", &raw));
  const auto* const bytes = reinterpret_cast<const unsigned char*>(raw.data());
  EVP_PKEY* const key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes, 32);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key);
  EXPECT_THAT(
      EVP_DigestVerify(
          context, reinterpret_cast<const unsigned char*>(blob.data()) + 4, 64,
          reinterpret_cast<const unsigned char*>(kText), sizeof kText - 1),
      Eq(1));
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  // printf '%s\n\1%s' origin raw | sha256sum
  const std::string named = absl::StrCat(
      "pullgate/ledger/00112233445566778899aabbccddeeff\n\x01", raw);
  unsigned char hash[32];
  EVP_Digest(named.data(), named.size(), hash, nullptr, EVP_sha256(), nullptr);
  EXPECT_THAT(blob.substr(0, 4),
              Eq(std::string(reinterpret_cast<const char*>(hash), 4)));
}

TEST_F(CheckpointTest, ReadsBackAsItWas) {
  const auto read = ParseNote(NoteOf(checkpoint_));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->origin, Eq(checkpoint_.origin));
  EXPECT_THAT(read->tree_size, Eq(4096));
  EXPECT_THAT(read->root, Eq(checkpoint_.root));
  EXPECT_THAT(read->time, Eq(checkpoint_.time));
  EXPECT_TRUE(VerifySignature(*read, key_.keys()).ok());
}

TEST_F(CheckpointTest, AnyChangedBitIsRefused) {
  std::string note = NoteOf(checkpoint_);
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    note[bit / 8] = static_cast<char>(note[bit / 8] ^ 1 << bit % 8);
    const auto read = ParseNote(note);
    EXPECT_FALSE(read.ok() && VerifySignature(*read, key_.keys()).ok()) << bit;
    note[bit / 8] = static_cast<char>(note[bit / 8] ^ 1 << bit % 8);
  }
}

TEST_F(CheckpointTest, OtherSpellingsAreRefused) {
  const std::string note = NoteOf(checkpoint_);
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"\n4096\n", "\n+4096\n"},
        {"\n4096\n", "\n04096\n"},
        {"\n4096\n", "\n 4096\n"},
        {"\n4096\n", "\n-4096\n"},
        {"CQk=\n", "CQk\n"},
        {"CQk=\n", "CQl=\n"},
        {"001Z", "0010Z"},
        {"2026-11-23T21:40", "2026-11-23T21:39:60"},
        {"\n\n", "\n"},
        {"pullgate/ledger/", "another/ledger/"}}) {
    const std::string other = absl::StrReplaceAll(note, {{from, to}});
    EXPECT_TRUE(absl::IsInvalidArgument(ParseNote(other).status())) << other;
  }
  EXPECT_FALSE(ParseNote("").ok());
  EXPECT_FALSE(ParseNote(note + note).ok());
  EXPECT_FALSE(ParseNote(note.substr(0, note.size() - 1)).ok());
  EXPECT_THAT(ParseNote(std::string(5000, 'x')).status().message(),
              HasSubstr("too long"));
}

TEST_F(CheckpointTest, ASignatureOfAnotherKeyIsNamedAsSuch) {
  const LedgerKey other = LedgerKey::FromPem(LedgerKey::NewPem()).value();
  EXPECT_THAT(VerifySignature(checkpoint_, other.keys()).message(),
              HasSubstr("another key"));
  Checkpoint changed = checkpoint_;
  changed.tree_size = 4095;
  EXPECT_THAT(VerifySignature(changed, key_.keys()).message(),
              HasSubstr("signature is wrong"));
  changed.signature = "";
  EXPECT_TRUE(absl::IsPermissionDenied(VerifySignature(changed, key_.keys())));
}

}  // namespace
}  // namespace pullgate::pdp
