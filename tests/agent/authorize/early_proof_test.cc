// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/early_proof.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "tests/agent/authorize/authorize_fixture.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

class EarlyProofTest : public AuthorizeFixture {
 protected:
  static constexpr char kInsecure[] = "insecure.example";

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
  verifier_.Release();
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

// One thread proves in the order of the questions: had it anything to do for
// the first, it would have done that before the second.
TEST_F(EarlyProofTest, NothingInsecureIsTouchedBeforeThePdpSaysSo) {
  dns_.AddForward(kInsecure, kAddress);
  Hold(Activate(WhitelistPolicy(8, {kName}, {kInsecure})));
  pdp_.AnswerBy([this](const PdpQuestion& question) {
    if (question.registry == Registry(kName)) {
      verifier_.AwaitCalls(1);
    } else {
      EXPECT_TRUE(Find().permits());
    }
    return AsHeld(question);
  });
  ASSERT_TRUE(Find(kInsecure).permits());
  ASSERT_EQ(verifier_.calls(), 2);
  EXPECT_EQ(verifier_.requests().front().asked, Registry(kName));
}

// By itself.

class OneEarlyProofTest : public AuthorizeFixture {
 protected:
  static std::shared_ptr<EarlyProof> Begin(EarlyProver& prover) {
    return prover.Begin({Registry(kName), {}, "trust", 7},
                        {Registry(kName), Routes(), nullptr, {}});
  }
  static std::vector<Route> Routes() {
    return PermitTo(*Activate(WhitelistPolicy(7, {kName})), kName, kAddress)
        .decision.routes;
  }
};

TEST_F(OneEarlyProofTest, IsMadeByAnotherThread) {
  EarlyProver prover(&verifier_, &wall_, &boot_, absl::Seconds(1), 1);
  const auto proof = Begin(prover);
  verifier_.AwaitCalls(1);
  const std::optional<TimedVerification> made = proof->Take();
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(made->verification->usable.has_value());
  EXPECT_EQ(made->started, boot_.Now());
}

TEST_F(OneEarlyProofTest, ThatNobodyHasBegunIsNeverBegun) {
  verifier_.Block();
  EarlyProver prover(&verifier_, &wall_, &boot_, absl::Seconds(1), 1);
  const auto running = Begin(prover);
  verifier_.AwaitCalls(1);
  const auto waiting = Begin(prover);
  EXPECT_FALSE(waiting->Take().has_value());
  verifier_.Release();
  EXPECT_TRUE(running->Take().has_value());
  EXPECT_FALSE(waiting->Take().has_value());
}

TEST_F(OneEarlyProofTest, ThatIsCalledOffIsNeverBegun) {
  verifier_.Block();
  {
    EarlyProver prover(&verifier_, &wall_, &boot_, absl::Seconds(1), 1);
    const auto running = Begin(prover);
    verifier_.AwaitCalls(1);
    Begin(prover)->CallOff();
    running->CallOff();  // too late: it ends by itself
    verifier_.Release();
    EXPECT_TRUE(running->Take().has_value());
  }
  EXPECT_EQ(verifier_.calls(), 1);
}

TEST_F(OneEarlyProofTest, WithoutAThreadForItItIsCalledOff) {
  verifier_.Block();
  EarlyProver prover(&verifier_, &wall_, &boot_, absl::Seconds(1), 1);
  const auto running = Begin(prover);
  verifier_.AwaitCalls(1);
  const auto waiting = Begin(prover);
  EXPECT_FALSE(Begin(prover)->Take().has_value()) << "the queue is full";
  verifier_.Release();

  EarlyProver none(&verifier_, &wall_, &boot_, absl::Seconds(1), 0);
  EXPECT_FALSE(none.enabled());
  EXPECT_FALSE(Begin(none)->Take().has_value());
}

}  // namespace
}  // namespace pullgate::agent
