// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/ca_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/parse_crl.h"
#include "common/policy/finding.h"
#include "tests/support/test_ca.h"

namespace pullgate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());
constexpr char kPlace[] = "registry_cas[3].pem";

CaEntry Parse(absl::string_view pem) { return ParseCaEntry(pem, kPlace, kNow); }

// "ERROR CA_MALFORMED".
std::vector<std::string> Codes(const CaEntry& entry) {
  std::vector<std::string> codes;
  for (const Finding& finding : entry.findings) {
    codes.push_back(finding.code);
    EXPECT_EQ(finding.place, kPlace);
  }
  return codes;
}

std::string OnlyMessage(const CaEntry& entry) {
  return entry.findings.size() == 1
             ? entry.findings[0].message
             : absl::StrCat(entry.findings.size(), " findings");
}

TEST(ParseCaEntryTest, TakesACa) {
  const TestCertificate root = MakeTestRoot("Root");
  const CaEntry entry = Parse(root.Pem());
  EXPECT_THAT(Codes(entry), IsEmpty());
  ASSERT_EQ(entry.certificates.size(), 1);
  EXPECT_EQ(entry.canonical_pem, root.Pem());
}

TEST(ParseCaEntryTest, TakesACaWithoutKeyUsage) {
  TestCertificateOptions options = TestCaOptions("Root");
  options.key_usage.clear();
  EXPECT_THAT(Codes(Parse(MakeSelfSigned(options).Pem())), IsEmpty());
}

TEST(ParseCaEntryTest, TakesAnIntermediate) {
  const TestCertificate root = MakeTestRoot("Root");
  EXPECT_THAT(Codes(Parse(root.Issue(TestCaOptions("Issuing")).Pem())),
              IsEmpty());
}

TEST(ParseCaEntryTest, IgnoresTextBetweenBlocks) {
  const std::string a = MakeTestRoot("A").Pem();
  const std::string b = MakeTestRoot("B").Pem();
  const CaEntry entry = Parse(absl::StrCat("subject=CN = A\n\xff\xfe\n", a,
                                           "--- next ---\r\n", b, "bye"));
  EXPECT_THAT(Codes(entry), IsEmpty());
  EXPECT_EQ(entry.certificates.size(), 2);
}

TEST(ParseCaEntryTest, TakesBlocksGluedTogetherAndCarriageReturns) {
  std::string a = MakeTestRoot("A").Pem();
  a.pop_back();  // as when files without a final newline are joined
  const std::string glued = absl::StrCat(a, MakeTestRoot("B").Pem());
  EXPECT_EQ(Parse(glued).certificates.size(), 2);
  EXPECT_EQ(
      Parse(absl::StrReplaceAll(glued, {{"\n", "\r\n"}})).certificates.size(),
      2);
}

TEST(ParseCaEntryTest, CanonicalFormIgnoresOrderAndParsesBackToItself) {
  const std::string a = MakeTestRoot("A").Pem();
  const std::string b = MakeTestRoot("B").Pem();
  const CaEntry one = Parse(absl::StrCat(a, b));
  EXPECT_EQ(one.canonical_pem, Parse(absl::StrCat(b, "text", a)).canonical_pem);
  EXPECT_EQ(one.canonical_pem, Parse(one.canonical_pem).canonical_pem);
  ASSERT_EQ(one.certificates.size(), 2);
  EXPECT_LT(Sha256OfCertificate(*one.certificates[0]),
            Sha256OfCertificate(*one.certificates[1]));
}

TEST(ParseCaEntryTest, KeepsARepeatedCertificateOnceAndSaysSo) {
  const std::string a = MakeTestRoot("A").Pem();
  const CaEntry entry = Parse(absl::StrCat(a, a));
  EXPECT_EQ(entry.certificates.size(), 1);
  EXPECT_THAT(Codes(entry), ElementsAre("CA_REPEATED"));
  EXPECT_EQ(entry.findings[0].severity, Severity::kNotice);
  EXPECT_THAT(OnlyMessage(entry), HasSubstr("certificate 2 (CN=A)"));
}

TEST(ParseCaEntryTest, RefusesAnEntryWithoutCertificate) {
  EXPECT_THAT(Codes(Parse("")), ElementsAre("CA_NO_CERTIFICATE"));
  EXPECT_THAT(Codes(Parse("just text")), ElementsAre("CA_NO_CERTIFICATE"));
  const CaEntry der = Parse("\x30\x82\x01\x02");
  EXPECT_THAT(OnlyMessage(der), HasSubstr("looks like DER"));
  EXPECT_EQ(der.findings[0].severity, Severity::kError);
}

TEST(ParseCaEntryTest, NamesTheBrokenBlockAndKeepsReading) {
  const std::string good = MakeTestRoot("Good").Pem();
  std::string broken = MakeTestRoot("Broken").Pem();
  broken[100] = '!';
  std::string garbage =
      "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n";
  const CaEntry entry = Parse(absl::StrCat(good, broken, garbage, good));
  EXPECT_THAT(Codes(entry),
              ElementsAre("CA_MALFORMED", "CA_MALFORMED", "CA_REPEATED"));
  EXPECT_THAT(entry.findings[0].message,
              HasSubstr("certificate 2 is not base64"));
  EXPECT_THAT(entry.findings[1].message,
              HasSubstr("certificate 3 does not parse"));
  EXPECT_THAT(entry.findings[2].message, HasSubstr("certificate 4 (CN=Good)"));
}

TEST(ParseCaEntryTest, RefusesDamagedBoundaries) {
  const std::string pem = MakeTestRoot("A").Pem();
  const std::string no_end = pem.substr(0, pem.find("-----END"));
  EXPECT_THAT(OnlyMessage(Parse(no_end)),
              HasSubstr("certificate 1 has no matching END line"));
  // The first block's END is lost: the second is still read.
  const CaEntry two = Parse(absl::StrCat(no_end, MakeTestRoot("B").Pem()));
  EXPECT_THAT(Codes(two), ElementsAre("CA_MALFORMED"));
  EXPECT_EQ(two.certificates.size(), 1);
  const std::string no_begin = pem.substr(1);  // four dashes
  EXPECT_THAT(OnlyMessage(Parse(no_begin)),
              HasSubstr("END line without a BEGIN line"));
  EXPECT_THAT(OnlyMessage(Parse("-----BEGIN CERTIFICATE")),
              HasSubstr("malformed BEGIN line"));
}

TEST(ParseCaEntryTest, RefusesACertificateWithSomethingBehindIt) {
  const std::string pem = absl::StrReplaceAll(MakeTestRoot("A").Pem(),
                                              {{"-----END", "AAAA\n-----END"}});
  EXPECT_THAT(Codes(Parse(pem)), ElementsAre("CA_MALFORMED"));
}

TEST(ParseCaEntryTest, RefusesAPrivateKeyWithoutQuotingIt) {
  const TestCertificate root = MakeTestRoot("Root");
  const std::string key = root.KeyPem();
  const CaEntry entry = Parse(absl::StrCat(root.Pem(), key));
  EXPECT_THAT(Codes(entry), ElementsAre("CA_PRIVATE_KEY"));
  EXPECT_THAT(OnlyMessage(entry), HasSubstr("PEM block 2 is a private key"));
  EXPECT_THAT(entry.canonical_pem, Not(HasSubstr("PRIVATE")));
  // Encrypted, or damaged: still a private key.
  EXPECT_THAT(Codes(Parse("-----BEGIN RSA PRIVATE KEY-----\n"
                          "Proc-Type: 4,ENCRYPTED\n\nQUJD\n"
                          "-----END RSA PRIVATE KEY-----\n")),
              ElementsAre("CA_PRIVATE_KEY"));
}

TEST(ParseCaEntryTest, RefusesOtherKindsOfBlocks) {
  const CaEntry entry = Parse(
      "-----BEGIN CERTIFICATE REQUEST-----\nQUJD\n"
      "-----END CERTIFICATE REQUEST-----\n");
  EXPECT_THAT(Codes(entry), ElementsAre("CA_UNEXPECTED_BLOCK"));
  EXPECT_THAT(OnlyMessage(entry),
              HasSubstr("PEM block 1 is a CERTIFICATE REQUEST"));
}

TEST(ParseCaEntryTest, RefusesWhatIsNoCa) {
  TestCertificateOptions leaf = TestLeafOptions({"registry.example.com"});
  EXPECT_THAT(OnlyMessage(Parse(MakeSelfSigned(leaf).Pem())),
              HasSubstr("basicConstraints CA:FALSE"));
  leaf.ca.reset();
  EXPECT_THAT(OnlyMessage(Parse(MakeSelfSigned(leaf).Pem())),
              HasSubstr("no basicConstraints"));
  TestCertificateOptions no_sign = TestCaOptions("Not For Signing");
  no_sign.key_usage = "critical,digitalSignature,cRLSign";
  const CaEntry entry = Parse(MakeSelfSigned(no_sign).Pem());
  EXPECT_THAT(Codes(entry), ElementsAre("CA_NOT_A_CA"));
  EXPECT_THAT(OnlyMessage(entry),
              HasSubstr("certificate 1 (CN=Not For Signing) is no CA"));
  EXPECT_THAT(OnlyMessage(entry), HasSubstr("keyUsage without keyCertSign"));
  EXPECT_THAT(entry.certificates, IsEmpty());
}

TEST(ParseCaEntryTest, WarnsOfVersion1AndRefusesItWhenNotSelfSigned) {
  TestCertificateOptions v1 = TestCaOptions("Old");
  v1.version = 1;
  const CaEntry root = Parse(MakeSelfSigned(v1).Pem());
  EXPECT_THAT(Codes(root), ElementsAre("CA_VERSION_1"));
  EXPECT_EQ(root.findings[0].severity, Severity::kWarning);
  EXPECT_EQ(root.certificates.size(), 1);
  EXPECT_THAT(Codes(Parse(MakeTestRoot("Root").Issue(v1).Pem())),
              ElementsAre("CA_NOT_A_CA"));
}

TEST(ParseCaEntryTest, WarnsOfValidity) {
  const auto codes = [](absl::Time from, absl::Time to) {
    TestCertificateOptions options = TestCaOptions("Root");
    options.not_before = from;
    options.not_after = to;
    return Codes(Parse(MakeSelfSigned(options).Pem()));
  };
  const absl::Time before = kNow - absl::Hours(24 * 300);
  const absl::Duration month = absl::Hours(24 * 30);
  EXPECT_THAT(codes(before, kNow - absl::Seconds(1)),
              ElementsAre("CA_EXPIRED"));
  EXPECT_THAT(codes(before, kNow), ElementsAre("CA_EXPIRES_SOON"));
  EXPECT_THAT(codes(before, kNow + month - absl::Seconds(1)),
              ElementsAre("CA_EXPIRES_SOON"));
  EXPECT_THAT(codes(before, kNow + month), IsEmpty());
  EXPECT_THAT(codes(kNow + absl::Seconds(1), kNow + 2 * month),
              ElementsAre("CA_NOT_YET_VALID"));
}

TEST(ParseCaEntryTest, BoundsTheTextAndTheBlocks) {
  EXPECT_THAT(Codes(Parse(std::string(kMaxCaEntryBytes + 1, 'x'))),
              ElementsAre("CA_TOO_LARGE"));
  std::string blocks;
  for (size_t i = 0; i <= kMaxCaEntryBlocks; ++i) blocks += "-----END";
  EXPECT_THAT(Codes(Parse(blocks)), ElementsAre("CA_TOO_LARGE"));
}

TEST(ParseCaEntryTest, EscapesWhatANameMayHold) {
  const CaEntry entry = Parse(MakeSelfSigned([] {
                                TestCertificateOptions options =
                                    TestCaOptions("a\n\x1b[31m\xc3\xa9");
                                options.ca = false;
                                return options;
                              }())
                                  .Pem());
  for (const char c : OnlyMessage(entry)) {
    EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
  }
}

TEST(ParseCaEntryTest, TakesRevocationListsAfterTheCertificates) {
  const TestCertificate root = MakeTestRoot("Root");
  const std::string list = CrlToPem(*root.Revoke({}, TestCrlOptions()));
  const CaEntry entry = Parse(absl::StrCat(list, "text\n", root.Pem()));
  EXPECT_THAT(Codes(entry), ElementsAre());
  EXPECT_EQ(entry.certificates.size(), 1);
  EXPECT_EQ(entry.crls.size(), 1);
  EXPECT_EQ(entry.canonical_pem, absl::StrCat(root.Pem(), list));
  EXPECT_EQ(Parse(entry.canonical_pem).canonical_pem, entry.canonical_pem);
}

TEST(ParseCaEntryTest, KeepsAListOnceWhateverTheOrder) {
  const TestCertificate root = MakeTestRoot("Root");
  const std::string a = CrlToPem(*root.Revoke({}, TestCrlOptions()));
  TestCrlOptions second;
  second.number = "2";
  const std::string b = CrlToPem(*root.Revoke({&root}, second));
  const CaEntry one = Parse(absl::StrCat(root.Pem(), a, b, a));
  EXPECT_THAT(Codes(one), ElementsAre("CRL_REPEATED"));
  EXPECT_EQ(one.crls.size(), 2);
  EXPECT_EQ(one.canonical_pem,
            Parse(absl::StrCat(b, a, root.Pem())).canonical_pem);
}

TEST(ParseCaEntryTest, AListAloneIsNoEntry) {
  const TestCertificate root = MakeTestRoot("Root");
  EXPECT_THAT(Codes(Parse(CrlToPem(*root.Revoke({}, TestCrlOptions())))),
              ElementsAre("CA_NO_CERTIFICATE"));
}

TEST(ParseCaEntryTest, RefusesListsThatCouldNeverBeUsed) {
  const TestCertificate root = MakeTestRoot("Root");
  const auto code = [&](auto change) {
    TestCrlOptions options;
    change(options);
    return Codes(
        Parse(absl::StrCat(root.Pem(), CrlToPem(*root.Revoke({}, options)))));
  };
  EXPECT_THAT(code([](auto& o) { o.next_update.reset(); }),
              ElementsAre("CRL_MALFORMED"));
  EXPECT_THAT(code([](auto& o) { o.number.clear(); }),
              ElementsAre("CRL_MALFORMED"));
  EXPECT_THAT(code([](auto& o) { o.sha1_signature = true; }),
              ElementsAre("CRL_MALFORMED"));
  EXPECT_THAT(Codes(Parse(absl::StrCat(root.Pem(),
                                       "-----BEGIN X509 CRL-----\nQUJD\n"
                                       "-----END X509 CRL-----\n"))),
              ElementsAre("CRL_MALFORMED"));
}

TEST(ParseCaEntryTest, RefusesAListThatItsIssuerDidNotSign) {
  const TestCertificate root = MakeTestRoot("Root");
  const X509CrlPtr forged = MakeTestRoot("Root").Revoke({}, TestCrlOptions());
  EXPECT_THAT(Codes(Parse(absl::StrCat(root.Pem(), CrlToPem(*forged)))),
              ElementsAre("CRL_NOT_SIGNED"));
}

TEST(ParseCaEntryTest, WarnsOfListsThatRefuseEverything) {
  const TestCertificate root = MakeTestRoot("Root");
  const TestCertificate other = MakeTestRoot("Other");
  TestCrlOptions expired;
  expired.next_update = kNow - absl::Seconds(1);
  EXPECT_THAT(Codes(Parse(absl::StrCat(root.Pem(),
                                       CrlToPem(*root.Revoke({}, expired))))),
              ElementsAre("CRL_EXPIRED"));
  TestCrlOptions early;
  early.this_update = kNow + absl::Seconds(1);
  EXPECT_THAT(
      Codes(Parse(absl::StrCat(root.Pem(), CrlToPem(*root.Revoke({}, early))))),
      ElementsAre("CRL_NOT_YET_VALID"));
  EXPECT_THAT(
      Codes(Parse(absl::StrCat(root.Pem(), other.Pem(),
                               CrlToPem(*root.Revoke({}, TestCrlOptions()))))),
      ElementsAre("CRL_MISSING"));
}

}  // namespace
}  // namespace pullgate
