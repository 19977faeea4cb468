// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_finder.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "tests/agent/authorize/authorize_fixture.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

class VerdictFinderTest : public AuthorizeFixture {
 protected:
  Verdict Find(const std::string& registry = kName) {
    return finder_.Find(Registry(registry));
  }
  std::optional<Verdict> FindAtOnce(const std::string& registry = kName) {
    return finder_.FindAtOnce(Registry(registry));
  }
};

TEST_F(VerdictFinderTest, PermitsWhatIsDecidedAndProved) {
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.decided_by, DecidedBy::kPdp);
  EXPECT_EQ(verdict.verification->usable->address.ToString(), kAddress);
  EXPECT_EQ(verdict.expires, boot_.Now() + absl::Seconds(30));
  ASSERT_EQ(verifier_.calls(), 1);
  const VerifyRequest request = verifier_.requests().front();
  EXPECT_EQ(request.asked, Registry(kName));
  EXPECT_EQ(request.bundle, holder_.Current()->bundle);
  EXPECT_FALSE(request.exhaustive);
}

TEST_F(VerdictFinderTest, FindsAtOnceWhatWasFoundBefore) {
  EXPECT_FALSE(FindAtOnce().has_value());
  ASSERT_TRUE(Find().permits());
  const std::optional<Verdict> again = FindAtOnce();
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->permits());
  EXPECT_EQ(again->decided_by, DecidedBy::kCache);
  EXPECT_EQ(pdp_.calls(), 1);
  EXPECT_EQ(verifier_.calls(), 1);
}

TEST_F(VerdictFinderTest, AProofEndsAndIsMadeAnewWithoutAskingThePdp) {
  ASSERT_TRUE(Find().permits());
  Pass(absl::Seconds(30));
  EXPECT_FALSE(FindAtOnce().has_value());
  ASSERT_TRUE(Find().permits());
  EXPECT_EQ(pdp_.calls(), 1);
  EXPECT_EQ(verifier_.calls(), 2);
}

TEST_F(VerdictFinderTest, ADenialNeedsNoProof) {
  const Verdict verdict = Find("denied.example");
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_NOT_WHITELISTED);
  EXPECT_EQ(verifier_.calls(), 0);
  const std::optional<Verdict> again = FindAtOnce("denied.example");
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->permits());
}

TEST_F(VerdictFinderTest, ARejectedCertificateIsADenialThatIsNotKept) {
  verifier_.RejectWith("the certificate expired in 2020");
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_CERTIFICATE_REJECTED);
  EXPECT_EQ(verdict.message, "the certificate expired in 2020");
  EXPECT_FALSE(FindAtOnce().has_value());
  verifier_.Succeed();
  EXPECT_TRUE(Find().permits());
}

TEST_F(VerdictFinderTest, AnUnreachableRegistryIsADenial) {
  verifier_.BeUnreachable("connection refused at 192.0.2.1");
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_REGISTRY_UNREACHABLE);
  EXPECT_EQ(verdict.message, "connection refused at 192.0.2.1");
}

TEST_F(VerdictFinderTest, WithoutEvidenceAndWhereItMattersItRefuses) {
  dns_.FailWith(absl::UnavailableError("SERVFAIL"));
  const Verdict verdict = Find();
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
  EXPECT_EQ(verifier_.calls(), 0);
  EXPECT_TRUE(
      absl::StrContains(pdp_.asked().front().evidence.failure, "SERVFAIL"));
}

TEST_F(VerdictFinderTest, NobodyToDecideIsARefusalThatSaysWhy) {
  pdp_.FailWith(absl::UnavailableError("connection refused"));
  Pass(absl::Minutes(10));
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_PDP_UNREACHABLE);
  EXPECT_EQ(verdict.decided_by, DecidedBy::kNobody);
  EXPECT_EQ(verdict.issued, nullptr);
  EXPECT_TRUE(absl::StrContains(verdict.message, "lease")) << verdict.message;
  EXPECT_EQ(verdict.evidence.addresses.size(), 1) << "what DNS said is kept";
}

TEST_F(VerdictFinderTest, APermitByThePolicyHeldEndsWithTheLease) {
  pdp_.FailWith(absl::UnavailableError("gone"));
  Pass(absl::Minutes(10) - absl::Seconds(5));
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.decided_by, DecidedBy::kAgent);
  EXPECT_EQ(verdict.expires, boot_.Now() + absl::Seconds(5));
}

// What changes on the way.

TEST_F(VerdictFinderTest, APolicyThatChangesDuringTheProofDecidesAnew) {
  verifier_.Meanwhile([this, first = true]() mutable {
    if (first) Hold(Activate(WhitelistPolicy(8, {"other.example"})));
    first = false;
  });
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits()) << "revision 8 does not list it any more";
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_NOT_WHITELISTED);
  EXPECT_EQ(verdict.issued->policy_revision, 8);
}

TEST_F(VerdictFinderTest, APolicyThatChangesWithoutEndIsARefusal) {
  verifier_.Meanwhile([this] {
    Hold(Activate(WhitelistPolicy(holder_.Current()->revision + 1, {kName})));
  });
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_PDP_UNREACHABLE);
  EXPECT_LE(verifier_.calls(), 3);
}

TEST_F(VerdictFinderTest, ANewRevisionOrphansProofsToo) {
  ASSERT_TRUE(Find().permits());
  Hold(Activate(WhitelistPolicy(8, {kName})));
  EXPECT_FALSE(FindAtOnce().has_value());
  ASSERT_TRUE(Find().permits());
  EXPECT_EQ(verifier_.calls(), 2);
}

TEST_F(VerdictFinderTest, OtherPublicCasAreAnotherProof) {
  ASSERT_TRUE(Find().permits());
  auto renewed = std::make_shared<ActivePolicy>(*holder_.Current());
  renewed->trust_id += "another public set";
  Hold(renewed);
  EXPECT_FALSE(FindAtOnce().has_value());
}

TEST_F(VerdictFinderTest, OtherAddressesAreAnotherQuestion) {
  ASSERT_TRUE(Find().permits());
  dns_.RemoveForward(kName);
  dns_.AddForward(kName, "192.0.2.99");
  EXPECT_FALSE(FindAtOnce().has_value());
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits());
  EXPECT_EQ(verdict.verification->usable->address.ToString(), "192.0.2.99");
}

TEST_F(VerdictFinderTest, ALeaseThatEndsDuringTheProofIsNoPermit) {
  pdp_.FailWith(absl::UnavailableError("gone"));
  Pass(absl::Minutes(9));
  verifier_.Meanwhile([this] { Pass(absl::Minutes(1)); });
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_PDP_UNREACHABLE);
}

// Unpinned routes.

TEST_F(VerdictFinderTest, NeverConnectsWithoutAnAddressThatWasDecidedOn) {
  dns_.RemoveForward(kName);
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_REGISTRY_UNREACHABLE);
  EXPECT_TRUE(absl::StrContains(verdict.message, "no address"))
      << verdict.message;
  EXPECT_EQ(verifier_.calls(), 0);
}

TEST_F(VerdictFinderTest, ResolvesAndAsksAgainWhenARouteIsUnpinned) {
  dns_.RemoveForward(kName);
  pdp_.AnswerBy([this, first = true](const PdpQuestion& question) mutable {
    if (first) dns_.AddForward(kName, kAddress);  // DNS comes to know it
    first = false;
    return IssueByPolicy(*holder_.Current(), question);
  });
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(pdp_.calls(), 2);
}

// Probing.

TEST_F(VerdictFinderTest, AProbeUsesNoCacheAndLeavesNoTrace) {
  ASSERT_TRUE(Find().permits());
  const Verdict verdict = finder_.Probe(Registry(kName));
  ASSERT_TRUE(verdict.permits());
  EXPECT_EQ(verdict.decided_by, DecidedBy::kPdp);
  EXPECT_TRUE(verdict.issued->decision.explanation.has_value());
  EXPECT_EQ(verdict.expires, boot_.Now() + absl::Seconds(30));
  EXPECT_EQ(pdp_.calls(), 2);
  ASSERT_EQ(verifier_.calls(), 2);
  EXPECT_TRUE(verifier_.requests().back().exhaustive);

  Hold(Activate(WhitelistPolicy(8, {kName})));
  ASSERT_TRUE(finder_.Probe(Registry(kName)).permits());
  EXPECT_FALSE(FindAtOnce().has_value());
}

}  // namespace
}  // namespace pullgate::agent
