// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/certificate_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "common/crypto/certificate_info.h"
#include "tests/agent/verify/chains.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using Key = TestCertificateOptions::Key;
using Change = std::function<void(TestCertificateOptions&)>;

// Which certificate of root -> Issuing CA -> leaf is made differently.
enum class Who { kLeaf, kIntermediate, kRoot };

struct RuleCase {
  const char* what;
  Who who;
  Change change;
  // The rule that refuses under each profile; empty: accepted.
  std::string policy;
  std::string public_set;
};

void PrintTo(const RuleCase& test, std::ostream* out) { *out << test.what; }

TestCertificateOptions Changed(TestCertificateOptions options, bool apply,
                               const Change& change) {
  if (apply) change(options);
  return options;
}

class CertificateRulesTest : public testing::TestWithParam<RuleCase> {};

TEST_P(CertificateRulesTest, RefusesByThatRuleAndNamesTheCertificate) {
  const RuleCase& test = GetParam();
  const TestCertificate root = MakeSelfSigned(
      Changed(TestCaOptions("Root"), test.who == Who::kRoot, test.change));
  const TestCertificate issuing =
      root.Issue(Changed(TestCaOptions("Issuing CA"),
                         test.who == Who::kIntermediate, test.change));
  const TestCertificate leaf = issuing.Issue(Changed(
      TestLeafOptions({kTestHost}), test.who == Who::kLeaf, test.change));
  const auto expect = [&](const CertificateVerdict& verdict,
                          const std::string& rule) {
    EXPECT_EQ(verdict.rule, rule) << verdict.failure;
    EXPECT_EQ(verdict.verified, rule.empty()) << verdict.failure;
    if (rule.empty() || test.who == Who::kLeaf) return;
    const TestCertificate& culprit = test.who == Who::kRoot ? root : issuing;
    EXPECT_THAT(verdict.failure, HasSubstr(DescribeName(X509_get_subject_name(
                                     culprit.certificate.get()))));
  };
  expect(VerifyAt(leaf, {&issuing}, TrustEntry({&root}, {})), test.policy);
  expect(VerifyAt(leaf, {&issuing}, TrustPublic({&root})), test.public_set);
}

// What `openssl asn1parse` would show as BOOLEAN TRUE, which fits no extension
// below.
constexpr char kNonsense[] = "DER:0101FF";

Change Other(const char* oid, const std::string& value) {
  return [=](auto& o) { o.other_extensions.push_back({oid, value}); };
}
Change Usage(const std::string& usage) {
  return [=](auto& o) { o.key_usage = usage; };
}
Change ExtendedUsage(const std::string& usage) {
  return [=](auto& o) { o.extended_key_usage = usage; };
}
Change WithKey(Key key) {
  return [=](auto& o) { o.key = key; };
}
Change Serial(const std::string& serial) {
  return [=](auto& o) { o.serial = serial; };
}
Change Aki(const std::string& aki) {
  return [=](auto& o) { o.authority_key_identifier = aki; };
}
Change Called(const std::string& common_name) {
  return [=](auto& o) { o.common_name = common_name; };
}
Change Constraints(const std::string& constraints) {
  return [=](auto& o) { o.name_constraints = constraints; };
}

const auto kLeaf = Who::kLeaf;
const auto kCa = Who::kIntermediate;
const auto kRoot = Who::kRoot;

INSTANTIATE_TEST_SUITE_P(
    Form, CertificateRulesTest,
    testing::Values(
        RuleCase{"a good chain", kLeaf, [](auto&) {}, "", ""},
        RuleCase{"leaf of version 1", kLeaf, [](auto& o) { o.version = 1; },
                 "version", "version"},
        RuleCase{"CA of version 1", kCa, [](auto& o) { o.version = 1; },
                 "version", "version"},
        RuleCase{"root of version 1", kRoot, [](auto& o) { o.version = 1; }, "",
                 "version"},
        RuleCase{"20 octets of serial", kLeaf,
                 Serial("7F00000000000000000000000000000000000001"), "", ""},
        RuleCase{"21 octets of serial in DER", kLeaf,
                 Serial("8000000000000000000000000000000000000001"), "serial",
                 "serial"},
        RuleCase{"negative serial", kLeaf, Serial("-5"), "", "serial"},
        RuleCase{"serial 0", kLeaf, Serial("0"), "", "serial"},
        RuleCase{"serial 0 of a root", kRoot, Serial("0"), "", ""},
        RuleCase{"empty subject, critical SAN", kLeaf, Called(""), "", ""},
        RuleCase{"CA without name", kCa, Called(""), "names", "names"},
        RuleCase{"unknown extension", kLeaf, Other("1.2.3.4", kNonsense), "",
                 ""},
        RuleCase{"unknown critical extension", kLeaf,
                 Other("1.2.3.4", "critical,DER:0500"), "extensions",
                 "extensions"},
        RuleCase{"unknown critical extension of a root", kRoot,
                 Other("1.2.3.4", "critical,DER:0500"), "extensions",
                 "extensions"},
        RuleCase{"extension twice", kLeaf,
                 [](auto& o) {
                   o.other_extensions = {{"1.2.3.4", "DER:0500"},
                                         {"1.2.3.4", "DER:0500"}};
                 },
                 "extensions", "extensions"},
        RuleCase{"malformed AIA", kLeaf, Other("1.3.6.1.5.5.7.1.1", kNonsense),
                 "extensions", "extensions"},
        RuleCase{"malformed policies", kCa, Other("2.5.29.32", kNonsense),
                 "extensions", "extensions"},
        RuleCase{"critical AIA", kLeaf,
                 Other("1.3.6.1.5.5.7.1.1",
                       "critical,DER:3018301606082B060105050730018"
                       "60A687474703A2F2F6F2E78"),
                 "extensions", "extensions"},
        RuleCase{
            "critical SKI", kCa,
            [](auto& o) {
              o.subject_key_identifier.clear();
              o.other_extensions = {{"2.5.29.14", "critical,DER:04020102"}};
            },
            "extensions", "extensions"},
        RuleCase{"critical proxy information", kLeaf,
                 Other("1.3.6.1.5.5.7.1.14",
                       "critical,DER:300C300A06082B06010505071501"),
                 "extensions", "extensions"}));

INSTANTIATE_TEST_SUITE_P(
    Usage, CertificateRulesTest,
    testing::Values(
        RuleCase{"CA:FALSE", kCa, [](auto& o) { o.ca = false; },
                 "basic-constraints", "basic-constraints"},
        RuleCase{"no basicConstraints", kCa, [](auto& o) { o.ca.reset(); },
                 "basic-constraints", "basic-constraints"},
        RuleCase{"no basicConstraints of a leaf", kLeaf,
                 [](auto& o) { o.ca.reset(); }, "", ""},
        RuleCase{"basicConstraints not critical", kRoot,
                 [](auto& o) { o.critical_basic_constraints = false; }, "",
                 "basic-constraints"},
        RuleCase{"old root, basicConstraints not critical", kRoot,
                 [](auto& o) {
                   o.critical_basic_constraints = false;
                   o.key_usage.clear();
                   o.not_before = absl::FromUnixSeconds(1100000000);  // 2004
                 },
                 "", ""},
        RuleCase{"leaf that is a CA", kLeaf,
                 [](auto& o) {
                   o.ca = true;
                   o.key_usage.clear();
                 },
                 "basic-constraints", "basic-constraints"},
        RuleCase{"CA without keyUsage", kCa, Usage(""), "", "key-usage"},
        RuleCase{"CA without keyCertSign", kCa, Usage("critical,cRLSign"),
                 "key-usage", "key-usage"},
        RuleCase{"root without keyCertSign", kRoot, Usage("critical,cRLSign"),
                 "key-usage", "key-usage"},
        RuleCase{"leaf without keyUsage", kLeaf, Usage(""), "", ""},
        RuleCase{"leaf for encipherment", kLeaf, Usage("keyEncipherment"), "",
                 ""},
        RuleCase{"leaf for mail", kLeaf, Usage("nonRepudiation"), "key-usage",
                 "key-usage"},
        RuleCase{"leaf that signs certificates", kLeaf,
                 Usage("digitalSignature,keyCertSign"), "key-usage",
                 "key-usage"},
        RuleCase{"no EKU", kLeaf, ExtendedUsage(""), "", ""},
        RuleCase{"EKU of clients", kLeaf, ExtendedUsage("clientAuth"),
                 "extended-key-usage", "extended-key-usage"},
        RuleCase{"EKU for any purpose", kLeaf,
                 ExtendedUsage("anyExtendedKeyUsage"), "extended-key-usage",
                 "extended-key-usage"},
        RuleCase{"EKU of servers and any purpose", kLeaf,
                 ExtendedUsage("serverAuth,anyExtendedKeyUsage"), "",
                 "extended-key-usage"},
        RuleCase{"critical EKU", kLeaf, ExtendedUsage("critical,serverAuth"),
                 "", "extended-key-usage"},
        RuleCase{"EKU of a CA", kCa, ExtendedUsage("serverAuth,clientAuth"), "",
                 ""},
        RuleCase{"EKU of a CA for mail", kCa, ExtendedUsage("emailProtection"),
                 "extended-key-usage", "extended-key-usage"},
        RuleCase{"EKU of a root", kRoot, ExtendedUsage("serverAuth"), "",
                 "extended-key-usage"},
        RuleCase{"leaf without AKI", kLeaf, Aki(""), "",
                 "authority-key-identifier"},
        RuleCase{"CA without AKI", kCa, Aki(""), "",
                 "authority-key-identifier"},
        RuleCase{"root without AKI", kRoot, Aki(""), "", ""},
        RuleCase{"root with issuer and serial in AKI", kRoot,
                 Aki("keyid,issuer:always"), "", "authority-key-identifier"},
        RuleCase{"CA without SKI", kCa,
                 [](auto& o) { o.subject_key_identifier.clear(); }, "",
                 "subject-key-identifier"},
        RuleCase{"leaf without SKI", kLeaf,
                 [](auto& o) { o.subject_key_identifier.clear(); }, "", ""}));

INSTANTIATE_TEST_SUITE_P(
    Keys, CertificateRulesTest,
    testing::Values(
        RuleCase{"RSA 2048", kLeaf, WithKey(Key::kRsa2048), "", ""},
        RuleCase{"RSA 2052", kCa, WithKey(Key::kRsa2052), "", "key"},
        RuleCase{"RSA 1024", kLeaf, WithKey(Key::kRsa1024), "key", "key"},
        RuleCase{"RSA 1024 of a root", kRoot, WithKey(Key::kRsa1024), "key",
                 "key"},
        RuleCase{"P-384", kCa, WithKey(Key::kP384), "", ""},
        RuleCase{"P-192", kLeaf, WithKey(Key::kP192), "key", "key"},
        RuleCase{"Ed25519", kCa, WithKey(Key::kEd25519), "", ""},
        RuleCase{"DSA", kCa, WithKey(Key::kDsa), "key", "key"},
        RuleCase{"SHA-1", kLeaf, [](auto& o) { o.sha1_signature = true; },
                 "signature-algorithm", "signature-algorithm"},
        RuleCase{"SHA-1 of a CA", kCa, [](auto& o) { o.sha1_signature = true; },
                 "signature-algorithm", "signature-algorithm"},
        RuleCase{"SHA-1 of a root", kRoot,
                 [](auto& o) { o.sha1_signature = true; }, "", ""}));

INSTANTIATE_TEST_SUITE_P(
    Names, CertificateRulesTest,
    testing::Values(
        RuleCase{"CN is a SAN", kLeaf, Called(kTestHost), "", ""},
        RuleCase{"CN is another spelling", kLeaf,
                 Called("Registry.example.com"), "", "common-name"},
        RuleCase{"CN is another host", kLeaf, Called("other.example.com"), "",
                 "common-name"},
        RuleCase{"CN is an address", kLeaf, Called("0x7f.0.0.0x1"), "",
                 "common-name"},
        RuleCase{"CN is of a person", kLeaf, Called("Jane Doe, Inc."), "", ""},
        RuleCase{"constraints of a leaf", kLeaf,
                 Constraints("permitted;DNS:example.com"), "name-constraints",
                 "name-constraints"},
        RuleCase{"constraints", kCa,
                 Constraints("critical,permitted;DNS:example.com"), "", ""},
        RuleCase{"constraints of a root", kRoot,
                 Constraints("critical,permitted;DNS:other.test"),
                 "name-constraints", "name-constraints"},
        RuleCase{"constraint with a dot", kCa,
                 Constraints("permitted;DNS:.example.com"), "",
                 "name-constraints"},
        RuleCase{"constraint with a wildcard", kCa,
                 Constraints("permitted;DNS:*.example.com"), "name-constraints",
                 "name-constraints"},
        RuleCase{"mask with a hole", kCa,
                 Constraints("permitted;IP:10.0.0.0/255.0.255.0"),
                 "name-constraints", "name-constraints"},
        RuleCase{"constraints without any", kCa, Other("2.5.29.30", "DER:3000"),
                 "name-constraints", "name-constraints"},
        RuleCase{"constraints with an empty list", kCa,
                 Other("2.5.29.30", "DER:3002A000"), "name-constraints",
                 "name-constraints"},
        RuleCase{"malformed constraints", kCa, Other("2.5.29.30", kNonsense),
                 "extensions", "extensions"}));

}  // namespace
}  // namespace pullgate::agent
