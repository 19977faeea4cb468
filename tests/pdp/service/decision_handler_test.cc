// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/decision_handler.h"

#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "common/dns/off_host_resolver.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_host_resolver.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::decision::v1;
using ::testing::ElementsAre;

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);
const absl::Time kSoon = kStart + absl::Seconds(10);

class DecisionHandlerTest : public ::testing::Test {
 protected:
  DecisionHandlerTest() : book_(*PolicyBook::Open(&store_, {}, Change{})) {
    pullgate::policy::v1::Policy policy;
    policy.add_whitelist("registry.example");
    policy.add_whitelist("*.corp.example");
    EXPECT_TRUE(book_->Set(Vch("a"), {policy, ""}, Change{}).ok());
  }

  // With evidence in memory, and the policy of the VCH too.
  PullQuestion Question(const std::string& registry,
                        const std::string& vch = "a") {
    return PullQuestion(Vch(vch), *RegistryAddress::ParseQuestion(registry));
  }

  PullQuestion WithEvidence(PullQuestion question, const std::string& address) {
    question.evidence.outcome = Evidence::Outcome::kLookedUp;
    question.evidence.addresses = {*IpAddress::Parse(address)};
    return question;
  }

  FakePolicyStore store_;
  FakeHostResolver dns_;
  FakeClock clock_{kStart};
  const std::unique_ptr<PolicyBook> book_;
  DecisionHandler handler_{book_.get(), &dns_, &clock_, {}};
};

TEST_F(DecisionHandlerTest, AnswersAtOnceFromEvidenceAndMemory) {
  ASSERT_TRUE(book_->InForce(Vch("a")).ok());
  const auto now = handler_.AnswerNow(
      WithEvidence(Question("Registry.Example:443"), "192.0.2.7"));
  ASSERT_TRUE(now.has_value() && now->ok());
  const pb::Decision& decision = (*now)->decision;
  EXPECT_EQ(decision.effect(), pb::EFFECT_PERMIT);
  EXPECT_EQ(decision.registry(), "registry.example:443");
  EXPECT_THAT(decision.routes(0).addresses(), ElementsAre("192.0.2.7"));
  EXPECT_EQ(decision.policy_revision(), 2);
  EXPECT_EQ(decision.rule().place(), "whitelist[0]");
  EXPECT_EQ(decision.ttl().seconds(), 300);
  EXPECT_FALSE(decision.trust_bundle_id().empty());
  EXPECT_FALSE(decision.message().empty());
  EXPECT_EQ(decision.evidence_source(), pb::EVIDENCE_SOURCE_CALLER);
  EXPECT_THAT(decision.evidence().addresses(), ElementsAre("192.0.2.7"));
  EXPECT_EQ(dns_.calls(), 0);
  const DecisionRecord& record = (*now)->record;
  EXPECT_EQ(record.vch, "a");
  EXPECT_EQ(record.registry, decision.registry());
  EXPECT_EQ(record.rule, "whitelist[0]");
  EXPECT_EQ(record.decision_id, decision.decision_id());
}

TEST_F(DecisionHandlerTest, DoesNotAnswerAtOnceWhatWouldHaveToWait) {
  const PullQuestion question =
      WithEvidence(Question("registry.example"), "192.0.2.7");
  EXPECT_TRUE(handler_.AnswerNow(question).has_value());
  // Its policy is in storage.
  const PullQuestion other =
      WithEvidence(Question("registry.example", "b"), "192.0.2.7");
  EXPECT_FALSE(handler_.AnswerNow(other).has_value());
  ASSERT_TRUE(book_->InForce(Vch("b")).ok());
  EXPECT_TRUE(handler_.AnswerNow(other).has_value());
  // Its evidence is in DNS.
  EXPECT_FALSE(handler_.AnswerNow(Question("registry.example")).has_value());
}

TEST_F(DecisionHandlerTest, LooksUpEvidenceThatNobodyBrought) {
  dns_.AddForward("registry.example", "192.0.2.9");
  const auto answer = handler_.Answer(Question("registry.example"), kSoon);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->decision.evidence_source(), pb::EVIDENCE_SOURCE_PDP);
  EXPECT_THAT(answer->decision.routes(0).addresses(), ElementsAre("192.0.2.9"));
}

TEST_F(DecisionHandlerTest, ConfirmsTheNamesOfAnAddress) {
  dns_.AddReverse("192.0.2.9", "r1.corp.example");
  dns_.AddForward("r1.corp.example", "192.0.2.9");
  dns_.AddReverse("192.0.2.10", "r2.corp.example");
  dns_.AddForward("r2.corp.example", "192.0.2.99");
  EXPECT_EQ(handler_.Answer(Question("192.0.2.9"), kSoon)->decision.effect(),
            pb::EFFECT_PERMIT);
  EXPECT_EQ(handler_.Answer(Question("192.0.2.10"), kSoon)->decision.effect(),
            pb::EFFECT_DENY);
}

TEST_F(DecisionHandlerTest, SilentDnsIsADenialWhenItCouldHaveMattered) {
  dns_.FailWith(absl::UnavailableError("SERVFAIL"));
  const auto answer = handler_.Answer(Question("192.0.2.9"), kSoon);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->decision.reason(), pb::DENY_REASON_EVIDENCE_UNAVAILABLE);
  EXPECT_EQ(answer->decision.evidence().outcome(),
            pb::Evidence::OUTCOME_FAILED);
}

TEST_F(DecisionHandlerTest, WithoutDnsNameRulesAloneDecide) {
  OffHostResolver off;
  DecisionHandler handler(book_.get(), &off, &clock_, {});
  const auto answer = handler.Answer(Question("registry.example"), kSoon);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->decision.effect(), pb::EFFECT_PERMIT);
  EXPECT_FALSE(answer->decision.routes(0).pinned());
  EXPECT_EQ(answer->decision.evidence_source(),
            pb::EVIDENCE_SOURCE_UNSPECIFIED);
}

TEST_F(DecisionHandlerTest, ADeadlineThatHasPassedIsAnError) {
  dns_.AddForward("registry.example", "192.0.2.9");
  const auto answer = handler_.Answer(Question("registry.example"), kStart);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(DecisionHandlerTest, AVchWithoutAPolicyIsDenied) {
  const auto answer = handler_.Answer(
      WithEvidence(Question("registry.example", "b"), "192.0.2.7"), kSoon);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->decision.reason(), pb::DENY_REASON_NO_POLICY);
}

TEST_F(DecisionHandlerTest, ExplainsWhenAsked) {
  PullQuestion question = WithEvidence(Question("other.example"), "192.0.2.7");
  EXPECT_FALSE(handler_.Answer(question, kSoon)->decision.has_explanation());
  question.explain = true;
  EXPECT_TRUE(handler_.Answer(question, kSoon)->decision.has_explanation());
}

TEST_F(DecisionHandlerTest, AStoreThatRefusesIsAnErrorAndNoDecision) {
  store_.FailWith(absl::UnavailableError("no disk"));
  const auto answer = handler_.Answer(
      WithEvidence(Question("registry.example", "b"), "192.0.2.7"), kSoon);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(DecisionHandlerTest, RefusesEvidenceOfTheWrongKind) {
  const auto answer =
      handler_.Answer(WithEvidence(Question("192.0.2.1"), "192.0.2.7"), kSoon);
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(DecisionHandlerTest, EveryAnswerHasAnIdOfItsOwn) {
  ASSERT_TRUE(book_->InForce(Vch("a")).ok());
  const PullQuestion question =
      WithEvidence(Question("registry.example"), "192.0.2.7");
  DecisionHandler restarted(book_.get(), &dns_, &clock_, {});
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    ids.insert((*handler_.AnswerNow(question))->decision.decision_id());
    ids.insert((*restarted.AnswerNow(question))->decision.decision_id());
  }
  EXPECT_EQ(ids.size(), 200u);
}

}  // namespace
}  // namespace pullgate::pdp
