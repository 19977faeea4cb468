// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/probe_advice.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace pullgate::agent {
namespace {

using pullgate::agent::v1::RegistryTrust;

PresentedCertificate Certificate(const std::string& subject) {
  PresentedCertificate certificate;
  certificate.subject = subject;
  certificate.sha256_fingerprint = "f00d";
  return certificate;
}

Attempt Presented(bool verified) {
  Attempt attempt;
  attempt.outcome = Attempt::Outcome::kRegistry;
  attempt.chain = {Certificate("CN=leaf")};
  attempt.verified = verified;
  return attempt;
}

Attempt Unverified(const TrustAdvice& advice) {
  Attempt attempt = Presented(/*verified=*/false);
  attempt.advice = advice;
  return attempt;
}

Verification Reached(CertificateCheck check, std::vector<Attempt> attempts) {
  Verification verification;
  verification.usable.emplace();
  verification.usable->certificate_check = check;
  verification.attempts = std::move(attempts);
  return verification;
}

RegistryTrust Trust(const Verification& verification) {
  RegistryTrust trust;
  FillTrust(verification, &trust);
  return trust;
}

TEST(ProbeAdviceTest, AVerifiedRegistryIsFine) {
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kRequired, {Presented(true)}));
  EXPECT_TRUE(trust.verifies());
  EXPECT_FALSE(trust.could_be_secure());
  EXPECT_FALSE(trust.has_certificate_to_trust());
  EXPECT_NE(trust.advice(), "");
}

TEST(ProbeAdviceTest, AnInsecureRegistryThatVerifiesCouldBeSecure) {
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kNone, {Presented(true)}));
  EXPECT_TRUE(trust.verifies());
  EXPECT_TRUE(trust.could_be_secure());
  EXPECT_TRUE(absl::StrContains(trust.advice(), "not have to be insecure"));
}

TEST(ProbeAdviceTest, OneAddressThatDoesNotVerifyIsEnough) {
  TrustAdvice advice;
  advice.issuer_to_obtain = "CN=Issuing CA";
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kNone,
                    {Presented(true), Attempt(), Unverified(advice)}));
  EXPECT_FALSE(trust.verifies());
  EXPECT_FALSE(trust.could_be_secure());
  EXPECT_EQ(trust.issuer_to_obtain(), "CN=Issuing CA");
}

TEST(ProbeAdviceTest, WhatIsUnreachableOtherwiseIsNotCalledSecurable) {
  Verification verification;
  verification.attempts = {Presented(true)};
  EXPECT_TRUE(Trust(verification).verifies());
  EXPECT_FALSE(Trust(verification).could_be_secure());
}

TEST(ProbeAdviceTest, SaysWhatToTrustAndToCompareItFirst) {
  TrustAdvice advice;
  advice.to_trust = Certificate("CN=Test Root");
  advice.pem = "-----BEGIN";
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kNone, {Unverified(advice)}));
  EXPECT_EQ(trust.certificate_to_trust().subject(), "CN=Test Root");
  EXPECT_EQ(trust.certificate_to_trust().sha256_fingerprint(), "f00d");
  EXPECT_EQ(trust.pem(), "-----BEGIN");
  EXPECT_TRUE(absl::StrContains(trust.advice(), "CN=Test Root"));
  EXPECT_TRUE(absl::StrContains(trust.advice(), "f00d"));
  EXPECT_TRUE(absl::StrContains(trust.advice(), "operator"));
}

TEST(ProbeAdviceTest, SaysWhomToAskForWhatWasNotPresented) {
  TrustAdvice advice;
  advice.issuer_to_obtain = "CN=Issuing CA";
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kNone, {Unverified(advice)}));
  EXPECT_FALSE(trust.has_certificate_to_trust());
  EXPECT_TRUE(absl::StrContains(trust.advice(), "CN=Issuing CA"));
}

TEST(ProbeAdviceTest, PromisesNothingWhereNoCaHelps) {
  TrustAdvice advice;
  advice.to_trust = Certificate("CN=Test Root");
  advice.remaining_failure = "expired on 2026-01-02";
  const RegistryTrust trust =
      Trust(Reached(CertificateCheck::kNone, {Unverified(advice)}));
  EXPECT_EQ(trust.remaining_failure(), "expired on 2026-01-02");
  EXPECT_TRUE(absl::StrContains(trust.advice(), "No CA"));
  EXPECT_TRUE(absl::StrContains(trust.advice(), "expired on 2026-01-02"));
}

}  // namespace
}  // namespace pullgate::agent
