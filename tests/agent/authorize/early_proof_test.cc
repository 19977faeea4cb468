// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Proofs that are made while the PDP decides.

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/authorize/verdict_finder.h"
#include "tests/agent/authorize/authorize_fixture.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

class EarlyProofTest : public AuthorizeFixture {
 protected:
  static constexpr char kInsecure[] = "insecure.example";
  static constexpr char kOther[] = "b.example";

  static VerdictFinderOptions OneAtOnce() {
    VerdictFinderOptions options;
    options.early_proofs = 1;
    return options;
  }
  Verdict Find(const std::string& registry = kName) {
    return finder_.Find(Registry(registry));
  }
  absl::StatusOr<IssuedDecision> AsHeld(const PdpQuestion& question) {
    return IssueByPolicy(*holder_.Current(), question);
  }

  VerdictFinder finder_{&dns_,      &decider_, &holder_, &verifier_,
                        &verdicts_, &wall_,    &boot_,   OneAtOnce()};
};

TEST_F(EarlyProofTest, ProvesWhileThePdpDecides) {
  pdp_.Block();
  Verdict verdict;
  std::thread asker([&] { verdict = Find(); });
  verifier_.AwaitCalls(1);
  pdp_.Release();
  asker.join();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.decided_by, DecidedBy::kPdp);
  EXPECT_EQ(verdict.verification->usable->address.ToString(), kAddress);
  EXPECT_EQ(verifier_.calls(), 1);
  EXPECT_TRUE(finder_.FindAtOnce(Registry(kName)).has_value());
}

TEST_F(EarlyProofTest, AProofIsGoodFromWhenItBegan) {
  pdp_.AnswerBy([this](const PdpQuestion& question) {
    verifier_.AwaitCalls(1);
    Pass(absl::Seconds(10));
    return AsHeld(question);
  });
  const absl::Time begin = boot_.Now();
  EXPECT_EQ(Find().expires, begin + absl::Seconds(30));
}

TEST_F(EarlyProofTest, ADenialWaitsForNoProofAndUsesNone) {
  verifier_.Block();
  pdp_.AnswerBy([this](const PdpQuestion&) {
    verifier_.AwaitCalls(1);
    return DenyBy(7);
  });
  const Verdict verdict = Find();
  EXPECT_FALSE(verdict.permits());
  EXPECT_EQ(verdict.verification, nullptr);
  EXPECT_EQ(verdicts_.size(), 0);
}

TEST_F(EarlyProofTest, ARejectedCertificateIsADenialAndSeenOnce) {
  verifier_.RejectWith("the certificate expired in 2020");
  const Verdict verdict = Find();
  EXPECT_EQ(verdict.reason, pb::DENY_REASON_CERTIFICATE_REJECTED);
  EXPECT_EQ(verifier_.calls(), 1);
}

TEST_F(EarlyProofTest, ServesThePermitByThePolicyHeldToo) {
  pdp_.AnswerBy([this](const PdpQuestion&) {
    verifier_.AwaitCalls(1);
    return absl::StatusOr<IssuedDecision>(absl::UnavailableError("gone"));
  });
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.decided_by, DecidedBy::kAgent);
  EXPECT_EQ(verifier_.calls(), 1);
}

// What was proved is not what the PDP decided.

TEST_F(EarlyProofTest, IsNotUsedForANewerRevision) {
  pdp_.AnswerBy([this, first = true](const PdpQuestion& question) mutable {
    verifier_.AwaitCalls(1);
    if (first) Hold(Activate(WhitelistPolicy(8, {kName})));
    first = false;
    return AsHeld(question);
  });
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.issued->policy_revision, 8);
  EXPECT_EQ(verifier_.calls(), 2);
}

TEST_F(EarlyProofTest, IsNotUsedForOtherRoutes) {
  dns_.AddForward(kName, "192.0.2.2");
  pdp_.AnswerBy([this](const PdpQuestion&) {
    verifier_.AwaitCalls(1);
    return PermitTo(*holder_.Current(), kName, "192.0.2.2");
  });
  const Verdict verdict = Find();
  ASSERT_TRUE(verdict.permits()) << verdict.message;
  EXPECT_EQ(verdict.verification->usable->address.ToString(), "192.0.2.2");
  ASSERT_EQ(verifier_.calls(), 2);
  EXPECT_EQ(verifier_.requests().back().routes.front().addresses.size(), 1);
}

TEST_F(EarlyProofTest, IsNotUsedWithOtherPublicCas) {
  pdp_.AnswerBy([this](const PdpQuestion& question) {
    verifier_.AwaitCalls(1);
    auto renewed = std::make_shared<ActivePolicy>(*holder_.Current());
    renewed->trust_id += "another public set";
    Hold(renewed);
    return AsHeld(question);
  });
  ASSERT_TRUE(Find().permits());
  EXPECT_EQ(verifier_.calls(), 2);
}

TEST_F(EarlyProofTest, NothingInsecureIsTouchedBeforeThePdpSaysSo) {
  dns_.AddForward(kInsecure, kAddress);
  Hold(Activate(WhitelistPolicy(8, {kName}, {kInsecure})));
  pdp_.AnswerBy([this](const PdpQuestion& question) {
    // Another question is proved early even now.
    if (question.registry == Registry(kName)) {
      verifier_.AwaitCalls(1);
    } else {
      EXPECT_EQ(verifier_.calls(), 0);
      EXPECT_TRUE(Find().permits());
    }
    return AsHeld(question);
  });
  ASSERT_TRUE(Find(kInsecure).permits());
  ASSERT_EQ(verifier_.calls(), 2);
  EXPECT_EQ(verifier_.requests().front().asked, Registry(kName));
}

// Without a thread for the decision.

TEST_F(EarlyProofTest, WithoutAThreadTheDecisionComesFirst) {
  dns_.AddForward(kOther, kAddress);
  Hold(Activate(WhitelistPolicy(8, {kName, kOther})));
  pdp_.AnswerBy([this](const PdpQuestion& question) {
    if (question.registry == Registry(kName)) {
      // The one thread is at work here.
      verifier_.AwaitCalls(1);
      EXPECT_TRUE(Find(kOther).permits());
    } else {
      EXPECT_EQ(verifier_.calls(), 1) << "proved too early";
    }
    return AsHeld(question);
  });
  EXPECT_TRUE(Find().permits());
  EXPECT_EQ(verifier_.calls(), 2);
}

TEST_F(EarlyProofTest, ThatIsBrokenOffIsMadeAnewWhenItIsNeededAfterAll) {
  verifier_.Block();
  pdp_.AnswerBy([this](const PdpQuestion&) {
    verifier_.AwaitCalls(1);
    return absl::StatusOr<IssuedDecision>(absl::InternalError("it broke"));
  });
  EXPECT_EQ(Find().reason, pb::DENY_REASON_PDP_UNREACHABLE);
  EXPECT_EQ(verdicts_.size(), 0);
  verifier_.Release();
  DecideAsHeld();
  EXPECT_TRUE(Find().permits());
  EXPECT_EQ(verifier_.calls(), 2);
}

// The connection of a proof is the asker's to close.

TEST_F(EarlyProofTest, LeavesTheConnectionToWhoeverAsked) {
  std::shared_ptr<void> connection;
  const RegistryAddress registry = Registry(kName);
  ASSERT_TRUE(finder_.Find(registry, Expect::kRegistry, &connection).permits());
  EXPECT_EQ(verifier_.requests().front().left_open, &connection);
}

}  // namespace
}  // namespace pullgate::agent
