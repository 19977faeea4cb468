// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/chain_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/agent/verify/chains.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;

TestCertificateOptions Ca(const std::string& name, absl::Time not_after) {
  TestCertificateOptions options = TestCaOptions(name);
  options.not_after = not_after;
  return options;
}

class ChainVerifierTest : public testing::Test {
 protected:
  const absl::Time past_ = kTestNow - absl::Hours(24);
  const TestCertificateOptions leaf_options_ = TestLeafOptions({kTestHost});
  const TestCertificate root_ = MakeTestRoot("Root");
  const TestCertificate other_root_ = MakeTestRoot("Other Root");
  const TestCertificate issuing_ = root_.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf_ = issuing_.Issue(leaf_options_);
};

TEST_F(ChainVerifierTest, TakesTheRenewedIntermediateForTheExpiredOne) {
  const TestCertificate expired =
      root_.Reissue(issuing_, Ca("Issuing CA", past_));
  const auto trust = TrustEntry({&root_}, {});
  EXPECT_EQ(VerifyAt(leaf_, {&expired, &issuing_}, trust).failure, "");
  EXPECT_EQ(VerifyAt(leaf_, {&issuing_, &expired}, trust).failure, "");
  EXPECT_EQ(VerifyAt(leaf_, {&expired}, trust).failure,
            "leads to CN=Issuing CA, which expired on 2026-05-31");
}

TEST_F(ChainVerifierTest, TakesTheCrossSignedPathThatLeadsToAnAnchor) {
  const TestCertificate cross =
      other_root_.Reissue(issuing_, TestCaOptions("Issuing CA"));
  for (const auto* trusted : {&root_, &other_root_}) {
    const auto trust = TrustEntry({trusted}, {});
    EXPECT_EQ(VerifyAt(leaf_, {&issuing_, &cross}, trust).failure, "");
    EXPECT_EQ(VerifyAt(leaf_, {&cross, &issuing_}, trust).failure, "");
  }
}

TEST_F(ChainVerifierTest, AnExpiredCrossCertificateOfATrustedRootIsNoHarm) {
  const TestCertificate cross = other_root_.Reissue(root_, Ca("Root", past_));
  EXPECT_EQ(VerifyAt(leaf_, {&issuing_, &cross},
                     TrustEntry({&root_, &other_root_}, {}))
                .failure,
            "");
}

TEST_F(ChainVerifierTest, ARenewedRootStandsForTheExpiredOneBesideIt) {
  const TestCertificate old = root_.Reissue(root_, Ca("Root", past_));
  EXPECT_EQ(
      VerifyAt(leaf_, {&issuing_}, TrustEntry({&old, &root_}, {})).failure, "");
  EXPECT_EQ(VerifyAt(leaf_, {&issuing_}, TrustEntry({&old}, {})).failure,
            "leads to CN=Root, which expired on 2026-05-31");
}

TEST_F(ChainVerifierTest, ConstraintsOfOnePathDoNotCountForAnother) {
  TestCertificateOptions narrow = TestCaOptions("Narrow CA");
  narrow.name_constraints = "critical,permitted;DNS:other.test";
  const TestCertificate constrained = root_.Issue(narrow);
  const TestCertificate wide = root_.Issue(TestCaOptions("Wide CA"));
  const TestCertificate below = wide.Issue(TestCaOptions("Below"));
  const TestCertificate cross =
      constrained.Reissue(below, TestCaOptions("Below"));
  const TestCertificate leaf = below.Issue(leaf_options_);
  const auto trust = TrustEntry({&root_}, {});
  EXPECT_EQ(
      VerifyAt(leaf, {&constrained, &cross, &wide, &below}, trust).failure, "");
  const CertificateVerdict verdict =
      VerifyAt(leaf, {&constrained, &cross}, trust);
  EXPECT_EQ(verdict.rule, "name-constraints");
  EXPECT_THAT(verdict.failure, HasSubstr("permitted subtree"));
}

TEST_F(ChainVerifierTest, KeyIdentifiersExcludeNothing) {
  TestCertificateOptions options = leaf_options_;
  options.authority_key_identifier.emplace();
  options.other_extensions = {{"2.5.29.35", "DER:3006800401020304"}};
  EXPECT_EQ(
      VerifyAt(issuing_.Issue(options), {&issuing_}, TrustEntry({&root_}, {}))
          .failure,
      "");
}

TEST_F(ChainVerifierTest, PathLengthsCountWhatIsNotSelfIssued) {
  TestCertificateOptions one = TestCaOptions("One Below");
  one.path_length = 1;
  const TestCertificate top = root_.Issue(one);
  const TestCertificate rolled = top.Issue(one);  // the same name, a new key
  const TestCertificate below = rolled.Issue(TestCaOptions("Below"));
  const TestCertificate deeper = below.Issue(TestCaOptions("Deeper"));
  const auto trust = TrustEntry({&root_}, {});
  EXPECT_EQ(VerifyAt(below.Issue(leaf_options_), {&top, &rolled, &below}, trust)
                .failure,
            "");
  const CertificateVerdict verdict = VerifyAt(
      deeper.Issue(leaf_options_), {&top, &rolled, &below, &deeper}, trust);
  EXPECT_EQ(verdict.rule, "path-length");
  EXPECT_THAT(verdict.failure, HasSubstr("leads to CN=One Below"));
}

TEST_F(ChainVerifierTest, AtMostEightIntermediates) {
  std::vector<TestCertificate> cas;
  cas.push_back(root_.Issue(TestCaOptions("CA 0")));
  for (int i = 1; i <= kMaxIntermediates; ++i) {
    cas.push_back(cas.back().Issue(TestCaOptions(absl::StrCat("CA ", i))));
  }
  std::vector<const TestCertificate*> presented;
  presented.reserve(cas.size());
  for (const TestCertificate& ca : cas) presented.push_back(&ca);
  const auto trust = TrustEntry({&root_}, {});
  EXPECT_EQ(VerifyAt(cas[kMaxIntermediates - 1].Issue(leaf_options_), presented,
                     trust)
                .failure,
            "");
  EXPECT_EQ(VerifyAt(cas.back().Issue(leaf_options_), presented, trust).rule,
            "path-length");
}

TEST_F(ChainVerifierTest, ADemandedPolicyMustBeThere) {
  // requireExplicitPolicy 0; the policy 1.2.3.4.
  const std::pair<std::string, std::string> demand = {
      "2.5.29.36", "critical,DER:3003800100"};
  const std::pair<std::string, std::string> policy = {"2.5.29.32",
                                                      "DER:3007300506032A0304"};
  TestCertificateOptions options = TestCaOptions("Demanding CA");
  options.other_extensions = {demand, policy};
  const TestCertificate demanding = root_.Issue(options);
  TestCertificateOptions with = leaf_options_;
  with.other_extensions = {policy};
  const auto trust = TrustEntry({&root_}, {});
  EXPECT_EQ(VerifyAt(demanding.Issue(with), {&demanding}, trust).failure, "");
  EXPECT_EQ(VerifyAt(demanding.Issue(leaf_options_), {&demanding}, trust).rule,
            "policies");
}

TEST_F(ChainVerifierTest, ATamperedCertificateIsRefused) {
  const TestCertificate impostor = MakeTestRoot("Issuing CA");
  const CertificateVerdict verdict =
      VerifyAt(impostor.Issue(leaf_options_), {&issuing_, &impostor},
               TrustEntry({&root_}, {}));
  EXPECT_EQ(verdict.rule, "signature");
}

TEST_F(ChainVerifierTest, ClientsAreHeldToTheirOwnUsage) {
  TestCertificateOptions options = leaf_options_;
  options.extended_key_usage = "clientAuth";
  const TestCertificate client = root_.Issue(options);
  const TestCertificate server = root_.Issue(leaf_options_);
  const auto trust = TrustEntry({&root_}, {});
  const TrustAnchors anchors = {trust.get(), {0}};
  const auto rule = [&](const TestCertificate& leaf) {
    const RuleFailure failure =
        VerifyChain({leaf.certificate.get(), nullptr, &anchors,
                     Purpose::kClient, kTestNow});
    return failure ? std::string(failure.rule) : std::string();
  };
  EXPECT_EQ(rule(client), "");
  EXPECT_EQ(rule(server), "extended-key-usage");
}

// Certificates of one name that all signed one another, as many as are read.
class HostileGraphTest : public ChainVerifierTest {
 protected:
  // Cross-certificates among `keys` CAs called alike: every path through them
  // looks possible by name, and with `same_identifier` by key identifier too.
  static std::vector<TestCertificate> Tangle(int keys, bool same_identifier) {
    TestCertificateOptions options = TestCaOptions("Tangle");
    if (same_identifier) {
      options.subject_key_identifier = "01020304";
      options.authority_key_identifier.emplace();
      options.other_extensions = {{"2.5.29.35", "DER:3006800401020304"}};
    }
    std::vector<TestCertificate> roots;
    roots.reserve(keys);
    for (int i = 0; i < keys; ++i) roots.push_back(MakeSelfSigned(options));
    std::vector<TestCertificate> tangle;
    tangle.reserve(kMaxPresentedCertificates);
    for (int i = 0; i < kMaxPresentedCertificates; ++i) {
      tangle.push_back(
          roots[(i / keys + i + 1) % keys].Reissue(roots[i % keys], options));
    }
    return tangle;
  }
};

TEST_F(HostileGraphTest, ATangleWithoutAnAnchorEnds) {
  for (const bool same : {false, true}) {
    const std::vector<TestCertificate> tangle = Tangle(16, same);
    std::vector<const TestCertificate*> presented;
    presented.reserve(tangle.size());
    for (const TestCertificate& one : tangle) presented.push_back(&one);
    const CertificateVerdict verdict = VerifyAt(
        tangle[0].Issue(leaf_options_), presented, TrustEntry({&root_}, {}));
    EXPECT_FALSE(verdict.verified);
  }
}

TEST_F(HostileGraphTest, ATangleUnderAnAnchorOfItsNameEnds) {
  const std::vector<TestCertificate> tangle = Tangle(4, true);
  const TestCertificate anchor = MakeTestRoot("Tangle");
  std::vector<const TestCertificate*> presented;
  presented.reserve(tangle.size());
  for (const TestCertificate& one : tangle) presented.push_back(&one);
  const CertificateVerdict verdict = VerifyAt(
      tangle[0].Issue(leaf_options_), presented, TrustEntry({&anchor}, {}));
  EXPECT_FALSE(verdict.verified);
}

TEST_F(HostileGraphTest, SignaturesAreCounted) {
  const auto trust = TrustEntry({&root_}, {});
  std::vector<TestCertificate> impostors;
  impostors.reserve(15);
  for (int i = 0; i < 15; ++i) impostors.push_back(MakeTestRoot("Issuing CA"));
  std::vector<TestCertificate> crossed;
  crossed.reserve(impostors.size());
  for (const TestCertificate& one : impostors) {
    crossed.push_back(root_.Reissue(one, TestCaOptions("Issuing CA")));
  }
  std::vector<const TestCertificate*> presented;
  presented.reserve(crossed.size() + 1);
  for (const TestCertificate& one : crossed) presented.push_back(&one);
  presented.push_back(&issuing_);
  // All are good CAs of that name, and only the last signed it.
  TestCertificateOptions options = leaf_options_;
  options.authority_key_identifier.emplace();
  EXPECT_EQ(VerifyAt(issuing_.Issue(options), presented, trust).failure, "");
}

TEST_F(HostileGraphTest, ManyNamesUnderManyConstraintsEnd) {
  std::string constraints = "critical";
  for (int i = 0; i < 600; ++i) {
    absl::StrAppend(&constraints, ",permitted;DNS:h", i, ".test");
  }
  TestCertificateOptions narrow = TestCaOptions("Narrow");
  narrow.name_constraints = constraints;
  const TestCertificate ca = root_.Issue(narrow);
  TestCertificateOptions many = leaf_options_;
  for (int i = 0; i < 600; ++i) {
    many.dns_names.push_back(absl::StrCat("h", 599 - i, ".test"));
  }
  std::rotate(many.dns_names.begin(), many.dns_names.begin() + 1,
              many.dns_names.end());
  const CertificateVerdict verdict =
      VerifyAt(ca.Issue(many), {&ca}, TrustEntry({&root_}, {}));
  EXPECT_EQ(verdict.rule, "name-constraints");
  EXPECT_THAT(verdict.failure, HasSubstr("more names than"));
}

}  // namespace
}  // namespace pullgate::agent
