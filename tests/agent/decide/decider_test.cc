// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/decider.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp_client.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

constexpr char kName[] = "a.example";
constexpr char kAddress[] = "192.0.2.1";

class DeciderTest : public testing::Test {
 protected:
  DeciderTest() { evidence_ = PermitTo(*policy_, kName, kAddress).evidence; }

  Decider Make(DeciderOptions options = {}) {
    return Decider(VchId::Parse(kTestVch).value(), &pdp_, &cache_, &holder_,
                   &wall_, &boot_, options);
  }
  Decider Make(DecideLocally locally) {
    DeciderOptions options;
    options.locally = locally;
    return Make(options);
  }

  void Hold(std::shared_ptr<const ActivePolicy> policy) {
    const int64_t revision = policy->revision;
    ASSERT_TRUE(holder_.Replace(std::move(policy)).ok());
    holder_.GrantLease({revision, wall_.Now(), boot_.Now(), absl::Minutes(10)});
  }
  void Pass(absl::Duration time) {
    wall_.Advance(time);
    boot_.Advance(time);
  }
  absl::StatusOr<Answer> Ask(Decider& decider) {
    return decider.Decide(registry_, evidence_);
  }

  const RegistryAddress registry_ =
      RegistryAddress::ParseQuestion(kName).value();
  const std::shared_ptr<const ActivePolicy> policy_ =
      Activate(WhitelistPolicy(7, {kName}));
  Evidence evidence_;
  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  FakePdpClient pdp_;
  DecisionCache cache_{&boot_, 100};
  PolicyHolder holder_{&wall_, &boot_};
};

TEST_F(DeciderTest, ForeseesByThePolicyHeldWithoutAsking) {
  Decider decider = Make();
  EXPECT_FALSE(decider.Foresee(registry_, evidence_).has_value());
  Hold(policy_);
  const std::optional<Answer> answer = decider.Foresee(registry_, evidence_);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->policy, policy_);
  EXPECT_EQ(answer->decided_by, DecidedBy::kAgent);
  EXPECT_EQ(pdp_.calls(), 0);
}

TEST_F(DeciderTest, ForeseesNothingThatItMayNotDecide) {
  Hold(policy_);
  Decider never = Make(DecideLocally::kNever);
  EXPECT_FALSE(never.Foresee(registry_, evidence_).has_value());
  Decider decider = Make();
  holder_.NoteRevision(8);
  EXPECT_FALSE(decider.Foresee(registry_, evidence_).has_value())
      << "a newer revision is on its way";
  Hold(Activate(WhitelistPolicy(8, {kName})));
  EXPECT_TRUE(decider.Foresee(registry_, evidence_).has_value());
  Pass(absl::Minutes(10));
  EXPECT_FALSE(decider.Foresee(registry_, evidence_).has_value())
      << "the lease is over";
}

TEST_F(DeciderTest, AsksThePdpAndThenTheCache) {
  Hold(policy_);
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  Decider decider = Make();
  EXPECT_FALSE(decider.DecideAtOnce(registry_, evidence_).has_value());
  const absl::StatusOr<Answer> first = Ask(decider);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->decided_by, DecidedBy::kPdp);
  EXPECT_EQ(first->policy, policy_);
  EXPECT_EQ(first->expires, boot_.Now() + absl::Minutes(1));

  const std::optional<Answer> second =
      decider.DecideAtOnce(registry_, evidence_);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->decided_by, DecidedBy::kCache);
  EXPECT_EQ(second->issued->decision_id, first->issued->decision_id);
  EXPECT_EQ(pdp_.calls(), 1);
}

TEST_F(DeciderTest, BringsItsEvidence) {
  Hold(policy_);
  pdp_.AnswerWith(DenyBy(7));
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());
  const PdpQuestion asked = pdp_.asked().front();
  EXPECT_EQ(asked.registry, registry_);
  EXPECT_EQ(asked.evidence.addresses, evidence_.addresses);
  EXPECT_FALSE(asked.explain);
}

TEST_F(DeciderTest, OtherEvidenceIsAnotherQuestion) {
  Hold(policy_);
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());
  evidence_.addresses = {IpAddress::Parse("192.0.2.9").value()};
  EXPECT_FALSE(decider.DecideAtOnce(registry_, evidence_).has_value());
}

TEST_F(DeciderTest, DenialsAreCachedToo) {
  Hold(policy_);
  pdp_.AnswerWith(DenyBy(7));
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());
  const std::optional<Answer> cached =
      decider.DecideAtOnce(registry_, evidence_);
  ASSERT_TRUE(cached.has_value());
  EXPECT_EQ(cached->issued->decision.effect, Effect::kDeny);
  EXPECT_EQ(cached->policy, nullptr);
}

TEST_F(DeciderTest, ANewRevisionOrphansCachedDecisionsAtOnce) {
  Hold(policy_);
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());
  Hold(Activate(WhitelistPolicy(8, {"other.example"})));
  EXPECT_FALSE(decider.DecideAtOnce(registry_, evidence_).has_value());
  pdp_.AnswerWith(DenyBy(8));
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->issued->decision.effect, Effect::kDeny);
}

TEST_F(DeciderTest, AnAnswerByANewRevisionOrphansBeforeItsPolicyArrives) {
  Hold(policy_);
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());

  pdp_.AnswerWith(DenyBy(8));
  ASSERT_TRUE(decider
                  .Decide(RegistryAddress::ParseQuestion("b.example").value(),
                          evidence_)
                  .ok());
  EXPECT_FALSE(decider.DecideAtOnce(registry_, evidence_).has_value());
  pdp_.FailWith(absl::UnavailableError("gone"));
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_FALSE(answer.ok()) << "revision 7 may not decide any more";
  EXPECT_TRUE(absl::StrContains(answer.status().message(), "out of date"))
      << answer.status();
}

TEST_F(DeciderTest, AnAnswerByAnOldRevisionIsAskedForAgain) {
  const auto newer = Activate(WhitelistPolicy(8, {kName}));
  Hold(policy_);
  int asked = 0;
  pdp_.AnswerBy([&](const PdpQuestion&) {
    // The policy changes while the first answer is on its way.
    if (++asked > 1) return PermitTo(*newer, kName, kAddress);
    Hold(newer);
    return PermitTo(*policy_, kName, kAddress);
  });
  Decider decider = Make();
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->issued->policy_revision, 8);
  EXPECT_EQ(asked, 2);
}

TEST_F(DeciderTest, APdpThatWentBackInTimeCountsAsAway) {
  Hold(policy_);
  pdp_.AnswerWith(DenyBy(3));
  Decider decider = Make();
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->decided_by, DecidedBy::kAgent);
  EXPECT_EQ(answer->issued->policy_revision, 7);
  EXPECT_EQ(cache_.size(), 0);

  Pass(absl::Minutes(10));
  const absl::StatusOr<Answer> later = Ask(decider);
  EXPECT_TRUE(absl::IsUnavailable(later.status())) << later.status();
}

TEST_F(DeciderTest, DecidesByThePolicyHeldWhileThePdpIsAway) {
  Hold(policy_);
  Decider decider = Make();
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->decided_by, DecidedBy::kAgent);
  EXPECT_EQ(answer->issued->decision.effect, Effect::kPermit);
  EXPECT_EQ(answer->issued->policy_revision, 7);
  EXPECT_EQ(answer->issued->trust_bundle_id, policy_->bundle->id());
  EXPECT_EQ(answer->policy, policy_);
  EXPECT_EQ(answer->expires, boot_.Now() + absl::Minutes(10));
}

TEST_F(DeciderTest, RefusesWhenTheLeaseIsOverAndTakesUpWhenThePdpIsBack) {
  Hold(policy_);
  Decider decider = Make();
  Pass(absl::Minutes(10));
  const absl::StatusOr<Answer> refused = Ask(decider);
  ASSERT_TRUE(absl::IsUnavailable(refused.status()));
  EXPECT_TRUE(absl::StrContains(refused.status().message(), "lease"));
  EXPECT_TRUE(
      absl::StrContains(refused.status().message(), "no PDP in this test"))
      << "says what the PDP was asked and said";

  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->decided_by, DecidedBy::kPdp);
}

TEST_F(DeciderTest, CachedDecisionsEndWithTheLease) {
  Hold(policy_);
  IssuedDecision permit = PermitTo(*policy_, kName, kAddress);
  permit.ttl = absl::Hours(5);
  pdp_.AnswerWith(permit);
  Decider decider = Make();
  ASSERT_TRUE(Ask(decider).ok());
  const std::optional<Answer> cached =
      decider.DecideAtOnce(registry_, evidence_);
  ASSERT_TRUE(cached.has_value());
  EXPECT_EQ(cached->expires, boot_.Now() + absl::Minutes(10));
  Pass(absl::Minutes(10));
  EXPECT_FALSE(decider.DecideAtOnce(registry_, evidence_).has_value());
}

TEST_F(DeciderTest, WithoutAPolicyAndAPdpRefuses) {
  Decider decider = Make();
  const absl::StatusOr<Answer> refused = Ask(decider);
  ASSERT_TRUE(absl::IsUnavailable(refused.status()));
  EXPECT_TRUE(
      absl::StrContains(refused.status().message(), "not received a policy"));
}

TEST_F(DeciderTest, ThePdpsRefusalToAnswerIsNotItsAbsence) {
  Hold(policy_);
  Decider decider = Make();
  for (const absl::Status& status :
       {absl::PermissionDeniedError("x"), absl::UnauthenticatedError("x"),
        absl::InternalError("x"), absl::InvalidArgumentError("x")}) {
    pdp_.FailWith(status);
    EXPECT_EQ(Ask(decider).status(), status);
  }
  for (const absl::Status& status :
       {absl::UnavailableError("x"), absl::DeadlineExceededError("x"),
        absl::ResourceExhaustedError("x")}) {
    pdp_.FailWith(status);
    EXPECT_TRUE(Ask(decider).ok()) << status;
  }
}

TEST_F(DeciderTest, NeverMeansNever) {
  Hold(policy_);
  Decider decider = Make(DecideLocally::kNever);
  EXPECT_TRUE(absl::IsUnavailable(Ask(decider).status()));
}

TEST_F(DeciderTest, AlwaysAsksNobodyWhileTheLeaseLasts) {
  Hold(policy_);
  Decider decider = Make(DecideLocally::kAlways);
  const std::optional<Answer> answer =
      decider.DecideAtOnce(registry_, evidence_);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->decided_by, DecidedBy::kAgent);
  EXPECT_EQ(pdp_.calls(), 0);

  Pass(absl::Minutes(10));
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  const absl::StatusOr<Answer> asked = Ask(decider);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->decided_by, DecidedBy::kPdp);
}

TEST_F(DeciderTest, ExplainsAfreshAndRemembersNothing) {
  Hold(policy_);
  pdp_.AnswerWith(PermitTo(*policy_, kName, kAddress));
  Decider decider = Make();
  ASSERT_TRUE(decider.Explain(registry_, evidence_).ok());
  ASSERT_TRUE(decider.Explain(registry_, evidence_).ok());
  EXPECT_EQ(pdp_.calls(), 2);
  EXPECT_TRUE(pdp_.asked().front().explain);
  EXPECT_EQ(cache_.size(), 0);
}

// Trust anchors.

TEST_F(DeciderTest, APermitWaitsForTheAnchorsThatItNames) {
  Hold(policy_);
  const auto newer = Activate(
      WithCa(WhitelistPolicy(8, {kName}), MakeTestRoot("New CA").Pem()));
  pdp_.AnswerWith(PermitTo(*newer, kName, kAddress));
  DeciderOptions options;
  options.anchors_timeout = absl::InfiniteDuration();
  Decider decider = Make(options);
  std::thread sync([&] {
    pdp_.AwaitCalls(1);
    Hold(newer);
  });
  const absl::StatusOr<Answer> answer = Ask(decider);
  sync.join();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->policy, newer);
  EXPECT_EQ(answer->policy->bundle->id(), answer->issued->trust_bundle_id);
}

TEST_F(DeciderTest, APermitWhoseAnchorsDoNotArriveIsRefused) {
  Hold(policy_);
  const auto newer = Activate(
      WithCa(WhitelistPolicy(8, {kName}), MakeTestRoot("New CA").Pem()));
  pdp_.AnswerWith(PermitTo(*newer, kName, kAddress));
  DeciderOptions options;
  options.anchors_timeout = absl::ZeroDuration();
  Decider decider = Make(options);
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_FALSE(answer.ok());
  EXPECT_TRUE(absl::StrContains(answer.status().message(), "trust anchors"))
      << answer.status();
}

TEST_F(DeciderTest, ANewRevisionWithTheSameAnchorsNeedsNoWait) {
  Hold(policy_);
  const auto newer = Activate(WhitelistPolicy(8, {kName}));
  pdp_.AnswerWith(PermitTo(*newer, kName, kAddress));
  DeciderOptions options;
  options.anchors_timeout = absl::ZeroDuration();
  Decider decider = Make(options);
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->policy, policy_);
}

TEST_F(DeciderTest, AnchorsThatContradictTheirRevisionAreRefused) {
  Hold(policy_);
  IssuedDecision permit = PermitTo(*policy_, kName, kAddress);
  permit.trust_bundle_id = "sha256:somebody-elses";
  pdp_.AnswerWith(permit);
  Decider decider = Make();
  EXPECT_TRUE(absl::IsInternal(Ask(decider).status()));
}

TEST_F(DeciderTest, ADenialNeedsNoAnchors) {
  DeciderOptions options;
  options.anchors_timeout = absl::ZeroDuration();
  pdp_.AnswerWith(DenyBy(9));
  Decider decider = Make(options);
  const absl::StatusOr<Answer> answer = Ask(decider);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->issued->decision.effect, Effect::kDeny);
}

}  // namespace
}  // namespace pullgate::agent
