// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/certificate_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHost[] = "registry.example.com";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());
constexpr absl::Duration kDay = absl::Hours(24);

CertificateVerdict Verify(const TestCertificate& leaf,
                          const std::vector<const TestCertificate*>& presented,
                          const TrustAnchors& anchors,
                          const RegistryHost& host = *DnsName::Parse(kHost)) {
  STACK_OF(X509)* const stack = sk_X509_new_null();
  for (const TestCertificate* certificate : presented) {
    sk_X509_push(stack, certificate->certificate.get());
  }
  CertificateVerdict verdict = VerifyServerCertificate(
      leaf.certificate.get(), stack, anchors, host, kNow);
  sk_X509_free(stack);
  EXPECT_EQ(verdict.verified, verdict.failure.empty());
  EXPECT_EQ(verdict.verified, verdict.x509_error == X509_V_OK);
  return verdict;
}

class CertificateVerifierTest : public testing::Test {
 protected:
  // What is wrong with a leaf made by `change` and issued by root_.
  template <typename Change>
  std::string FailureOfLeaf(Change change) {
    TestCertificateOptions options = TestLeafOptions({kHost});
    change(options);
    return Verify(root_.Issue(options), {}, trust_).failure;
  }
  // What is wrong with a good leaf below an intermediate made by `change`.
  template <typename Change>
  std::string FailureOfIntermediate(Change change) {
    TestCertificateOptions options = TestCaOptions("Issuing CA");
    change(options);
    const TestCertificate issuing = root_.Issue(options);
    return Verify(issuing.Issue(TestLeafOptions({kHost})), {&issuing}, trust_)
        .failure;
  }

  const TestCertificate root_ = MakeTestRoot("Test Root");
  const std::shared_ptr<const TrustBundle> bundle_ = TrustOnly({&root_});
  const TrustAnchors trust_ = {bundle_.get(), {0}};
};

TEST_F(CertificateVerifierTest, AcceptsALeafOfATrustedRoot) {
  EXPECT_EQ(FailureOfLeaf([](auto&) {}), "");
}

TEST_F(CertificateVerifierTest, AcceptsAnAddress) {
  const TestCertificate leaf = root_.Issue(TestLeafOptions({"10.1.2.3"}));
  EXPECT_EQ(Verify(leaf, {}, trust_, *IpAddress::Parse("10.1.2.3")).failure,
            "");
  EXPECT_THAT(Verify(leaf, {}, trust_, *IpAddress::Parse("10.1.2.4")).failure,
              "is for 10.1.2.3, not for 10.1.2.4");
}

TEST_F(CertificateVerifierTest, AcceptsIntermediatesInAnyOrderAmongOthers) {
  const TestCertificate policy = root_.Issue(TestCaOptions("Policy CA"));
  const TestCertificate issuing = policy.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf = issuing.Issue(TestLeafOptions({kHost}));
  const TestCertificate stranger = MakeTestRoot("Stranger");
  EXPECT_EQ(Verify(leaf, {&root_, &stranger, &policy, &leaf, &issuing}, trust_)
                .failure,
            "");
  EXPECT_THAT(Verify(leaf, {&issuing}, trust_).failure,
              AllOf(HasSubstr("CN=Issuing CA"), HasSubstr("CN=Policy CA"),
                    HasSubstr("not presented")));
}

TEST_F(CertificateVerifierTest, AnIntermediateCanBeTheAnchor) {
  const TestCertificate issuing = root_.Issue(TestCaOptions("Issuing CA"));
  const auto bundle = TrustOnly({&issuing});
  const TestCertificate leaf = issuing.Issue(TestLeafOptions({kHost}));
  EXPECT_EQ(Verify(leaf, {}, {bundle.get(), {0}}).failure, "");
}

TEST_F(CertificateVerifierTest, NamesAnUnknownIssuer) {
  const TestCertificate leaf =
      MakeTestRoot("Somebody Else").Issue(TestLeafOptions({kHost}));
  EXPECT_EQ(Verify(leaf, {}, trust_).failure,
            "is issued by CN=Somebody Else, which is not among the trusted CAs "
            "and was not presented");
}

TEST_F(CertificateVerifierTest, ACaOutOfScopeIsUnknown) {
  const TestCertificate leaf = root_.Issue(TestLeafOptions({kHost}));
  EXPECT_THAT(Verify(leaf, {}, {bundle_.get(), {}}).failure,
              HasSubstr("not among the trusted CAs"));
}

TEST_F(CertificateVerifierTest, APresentedRootIsNotTrustedForBeingPresented) {
  const TestCertificate other = MakeTestRoot("Other Root");
  EXPECT_EQ(
      Verify(other.Issue(TestLeafOptions({kHost})), {&other}, trust_).failure,
      "leads to CN=Other Root, which is not among the trusted CAs");
}

TEST_F(CertificateVerifierTest, RefusesAnImpostorOfTheRoot) {
  const TestCertificate impostor = MakeTestRoot("Test Root");
  EXPECT_FALSE(
      Verify(impostor.Issue(TestLeafOptions({kHost})), {}, trust_).verified);
}

TEST_F(CertificateVerifierTest, RefusesASelfSignedLeaf) {
  EXPECT_EQ(
      Verify(MakeSelfSigned(TestLeafOptions({kHost})), {}, trust_).failure,
      "is self-signed and not among the trusted CAs");
}

TEST_F(CertificateVerifierTest, SaysWhenItExpiredOrBegins) {
  EXPECT_EQ(
      FailureOfLeaf([](auto& options) { options.not_after = kNow - kDay; }),
      "expired on 2026-05-31");
  EXPECT_EQ(
      FailureOfLeaf([](auto& options) { options.not_before = kNow + kDay; }),
      "is not valid before 2026-06-02");
}

TEST_F(CertificateVerifierTest, ValidityIsExactToTheSecond) {
  const auto from = [&](absl::Time time) {
    return FailureOfLeaf([&](auto& options) { options.not_before = time; });
  };
  const auto until = [&](absl::Time time) {
    return FailureOfLeaf([&](auto& options) { options.not_after = time; });
  };
  EXPECT_EQ(from(kNow), "");
  EXPECT_NE(from(kNow + absl::Seconds(1)), "");
  EXPECT_EQ(until(kNow), "");
  EXPECT_NE(until(kNow - absl::Seconds(1)), "");
}

TEST_F(CertificateVerifierTest, AnExpiredIntermediateIsNamed) {
  EXPECT_EQ(FailureOfIntermediate(
                [](auto& options) { options.not_after = kNow - kDay; }),
            "leads to CN=Issuing CA, which expired on 2026-05-31");
}

TEST_F(CertificateVerifierTest, SaysEveryIndependentCause) {
  TestCertificateOptions options = TestLeafOptions({"old.example.com"});
  options.not_after = kNow - kDay;
  EXPECT_EQ(Verify(MakeSelfSigned(options), {}, trust_).failure,
            "is self-signed and not among the trusted CAs, and expired on "
            "2026-05-31, and is for old.example.com, not for "
            "registry.example.com");
}

TEST_F(CertificateVerifierTest, TheExtendedKeyUsageMustNameServers) {
  EXPECT_EQ(
      FailureOfLeaf([](auto& options) { options.extended_key_usage.clear(); }),
      "");
  for (const char* usage :
       {"clientAuth", "anyExtendedKeyUsage", "msSGC", "clientAuth,nsSGC"}) {
    EXPECT_THAT(FailureOfLeaf(
                    [&](auto& options) { options.extended_key_usage = usage; }),
                HasSubstr("server authentication"))
        << usage;
  }
  EXPECT_THAT(
      FailureOfIntermediate(
          [](auto& options) { options.extended_key_usage = "clientAuth"; }),
      AllOf(HasSubstr("Issuing CA"), HasSubstr("server authentication")));
}

TEST_F(CertificateVerifierTest, AnIntermediateMustBeACa) {
  EXPECT_NE(FailureOfIntermediate([](auto& o) { o.ca = false; }), "");
  EXPECT_NE(FailureOfIntermediate([](auto& o) { o.ca.reset(); }), "");
  EXPECT_NE(FailureOfIntermediate(
                [](auto& o) { o.key_usage = "critical,digitalSignature"; }),
            "");
}

TEST_F(CertificateVerifierTest, PathLengthAndNameConstraintsHold) {
  const TestCertificate narrow = root_.Issue([] {
    TestCertificateOptions options = TestCaOptions("Narrow");
    options.path_length = 0;
    return options;
  }());
  const TestCertificate below = narrow.Issue(TestCaOptions("Below"));
  EXPECT_THAT(
      Verify(below.Issue(TestLeafOptions({kHost})), {&narrow, &below}, trust_)
          .failure,
      HasSubstr("path length"));
  EXPECT_THAT(FailureOfIntermediate([](auto& options) {
                options.name_constraints = "critical,permitted;DNS:other.test";
              }),
              HasSubstr("permitted subtree"));
  EXPECT_EQ(FailureOfIntermediate([](auto& options) {
              options.name_constraints = "critical,permitted;DNS:example.com";
            }),
            "");
}

TEST_F(CertificateVerifierTest, ACaIsNoServer) {
  TestCertificateOptions options = TestCaOptions("CA with a name");
  options.key_usage.clear();
  options.dns_names = {kHost};
  EXPECT_THAT(Verify(root_.Issue(options), {}, trust_).failure,
              HasSubstr("is a CA's, not a server's"));
}

TEST_F(CertificateVerifierTest, ASelfSignedServerCaMayBeItsOwnAnchor) {
  TestCertificateOptions options = TestCaOptions("req -x509");
  options.key_usage.clear();
  options.dns_names = {kHost};
  const TestCertificate both = MakeSelfSigned(options);
  const auto bundle = TrustOnly({&both});
  EXPECT_EQ(Verify(both, {&both}, {bundle.get(), {0}}).failure, "");
  EXPECT_NE(Verify(both, {&both}, trust_).failure, "");
}

TEST_F(CertificateVerifierTest, RefusesWeakKeysAndHashes) {
  EXPECT_THAT(FailureOfLeaf([](auto& options) {
                options.key = TestCertificateOptions::Key::kRsa1024;
                options.key_usage.clear();
              }),
              HasSubstr("too small"));
  EXPECT_EQ(FailureOfLeaf([](auto& options) {
              options.key = TestCertificateOptions::Key::kRsa2048;
            }),
            "");
  EXPECT_THAT(
      FailureOfLeaf([](auto& options) { options.sha1_signature = true; }),
      HasSubstr("too weak"));
}

TEST_F(CertificateVerifierTest, ManyCertificatesAreRefusedUnread) {
  const TestCertificate leaf = root_.Issue(TestLeafOptions({kHost}));
  const std::vector<const TestCertificate*> many(kMaxPresentedCertificates + 1,
                                                 &leaf);
  EXPECT_THAT(Verify(leaf, many, trust_).failure,
              HasSubstr("came with 17 certificates"));
}

TEST_F(CertificateVerifierTest, NoBundleVouchesForNothing) {
  const TestCertificate leaf = root_.Issue(TestLeafOptions({kHost}));
  EXPECT_THAT(Verify(leaf, {}, {nullptr, {0}}).failure,
              HasSubstr("without a trust bundle"));
}

TEST(CertificateVerdictTest, RefusesByDefault) {
  EXPECT_FALSE(CertificateVerdict().verified);
  EXPECT_FALSE(CertificateVerdict().failure.empty());
}

}  // namespace
}  // namespace pullgate::agent
