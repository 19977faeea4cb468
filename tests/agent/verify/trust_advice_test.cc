// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/trust_advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"
#include "common/registry/dns_name.h"
#include "tests/support/test_ca.h"
#include "tests/support/test_trust.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kHost[] = "registry.example.com";
const absl::Time kNow =
    absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());

TrustAdvice Advise(const std::vector<const TestCertificate*>& chain,
                   const std::vector<const TestCertificate*>& trusted = {}) {
  const X509StackPtr presented(sk_X509_new_null());
  for (const TestCertificate* certificate : chain) {
    sk_X509_push(presented.get(), certificate->certificate.get());
  }
  const auto bundle = TrustOnly(trusted);
  return AdviseTrust(chain.front()->certificate.get(), presented.get(),
                     {bundle.get(), {0}}, *DnsName::Parse(kHost), kNow);
}

class TrustAdviceTest : public testing::Test {
 protected:
  const TestCertificate root_ = MakeTestRoot("Test Root");
  const TestCertificate issuing_ = root_.Issue(TestCaOptions("Issuing CA"));
  const TestCertificate leaf_ = issuing_.Issue(TestLeafOptions({kHost}));
};

TEST_F(TrustAdviceTest, ARootThatWasPresentedWouldDo) {
  // In any order.
  for (const auto& chain :
       {std::vector<const TestCertificate*>{&leaf_, &issuing_, &root_},
        std::vector<const TestCertificate*>{&leaf_, &root_, &issuing_}}) {
    const TrustAdvice advice = Advise(chain);
    ASSERT_TRUE(advice.to_trust.has_value());
    EXPECT_EQ(advice.to_trust->subject, "CN=Test Root");
    EXPECT_EQ(advice.pem, root_.Pem());
    EXPECT_THAT(advice.issuer_to_obtain, IsEmpty());
    EXPECT_THAT(advice.remaining_failure, IsEmpty());
  }
}

TEST_F(TrustAdviceTest, AnIntermediateWouldDoToo) {
  const TrustAdvice advice = Advise({&leaf_, &issuing_});
  ASSERT_TRUE(advice.to_trust.has_value());
  EXPECT_EQ(advice.to_trust->subject, "CN=Issuing CA");
  EXPECT_EQ(advice.issuer_to_obtain, "CN=Test Root");
  EXPECT_THAT(advice.remaining_failure, IsEmpty());
}

TEST_F(TrustAdviceTest, ALeafAloneNeedsItsIssuer) {
  const TrustAdvice advice = Advise({&leaf_});
  EXPECT_FALSE(advice.to_trust.has_value());
  EXPECT_THAT(advice.pem, IsEmpty());
  EXPECT_EQ(advice.issuer_to_obtain, "CN=Issuing CA");
  EXPECT_THAT(advice.remaining_failure, IsEmpty());
}

TEST_F(TrustAdviceTest, WhatNoCaCanHelpIsSaid) {
  TestCertificateOptions options = TestLeafOptions({"other.test"});
  options.not_after = kNow - absl::Hours(24);
  const TestCertificate leaf = root_.Issue(options);
  for (const TrustAdvice& advice : {Advise({&leaf, &root_}), Advise({&leaf})}) {
    EXPECT_THAT(advice.remaining_failure, HasSubstr("expired on 2026-05-31"));
    EXPECT_THAT(advice.remaining_failure, HasSubstr("other.test"));
  }
}

TEST_F(TrustAdviceTest, WhatIsTrustedAlreadyIsNotAskedForAgain) {
  TestCertificateOptions options = TestLeafOptions({kHost});
  options.not_after = kNow - absl::Hours(24);
  const TestCertificate leaf = root_.Issue(options);
  for (const TrustAdvice& advice :
       {Advise({&leaf}, {&root_}), Advise({&leaf, &root_}, {&root_})}) {
    EXPECT_FALSE(advice.to_trust.has_value());
    EXPECT_THAT(advice.pem, IsEmpty());
    EXPECT_THAT(advice.issuer_to_obtain, IsEmpty());
    EXPECT_THAT(advice.remaining_failure, HasSubstr("expired"));
  }
}

TEST_F(TrustAdviceTest, ANewKeyOfAKnownCaIsAskedFor) {
  const TestCertificate old = MakeTestRoot("Issuing CA");
  EXPECT_EQ(Advise({&leaf_}, {&old}).issuer_to_obtain, "CN=Issuing CA");
}

TEST_F(TrustAdviceTest, ASelfSignedCertificateMustBeACaToBeTrusted) {
  TestCertificateOptions options = TestLeafOptions({kHost});
  const TestCertificate no_ca = MakeSelfSigned(options);
  const TrustAdvice refused = Advise({&no_ca});
  EXPECT_FALSE(refused.to_trust.has_value());
  EXPECT_THAT(refused.remaining_failure, HasSubstr("no CA"));

  // What `openssl req -x509` makes.
  options.ca = true;
  options.key_usage = options.extended_key_usage = "";
  const TestCertificate ca = MakeSelfSigned(options);
  const TrustAdvice advice = Advise({&ca});
  ASSERT_TRUE(advice.to_trust.has_value());
  EXPECT_THAT(advice.remaining_failure, IsEmpty());
}

TEST_F(TrustAdviceTest, AnImpostorOfTheIssuerHelpsNobody) {
  const TestCertificate impostor = MakeTestRoot("Issuing CA");
  const TrustAdvice advice = Advise({&leaf_, &impostor});
  EXPECT_FALSE(advice.to_trust.has_value());
  EXPECT_EQ(advice.issuer_to_obtain, "CN=Issuing CA") << "the true one";
}

TEST_F(TrustAdviceTest, EndsWhereCertificatesGoInCircles) {
  // Each signed by the other.
  const TestCertificate a = MakeTestRoot("A");
  const TestCertificate b = MakeTestRoot("B");
  const TestCertificate a_by_b = b.Reissue(a, TestCaOptions("A"));
  const TestCertificate b_by_a = a.Reissue(b, TestCaOptions("B"));
  const TestCertificate leaf = a.Issue(TestLeafOptions({kHost}));
  const TrustAdvice advice = Advise({&leaf, &a_by_b, &b_by_a});
  EXPECT_TRUE(advice.to_trust.has_value());
}

TEST_F(TrustAdviceTest, ManyCertificatesAreNotRead) {
  std::vector<const TestCertificate*> chain(100, &issuing_);
  chain.front() = &leaf_;
  EXPECT_THAT(Advise(chain).remaining_failure, HasSubstr("more certificates"));
}

}  // namespace
}  // namespace pullgate::agent
