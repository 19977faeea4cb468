// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/grpc_pdp_client.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_pdp.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

class GrpcPdpClientTest : public testing::Test {
 protected:
  static pb::Decision Permit() {
    pb::Decision decision;
    decision.set_effect(pb::EFFECT_PERMIT);
    decision.set_registry("a.example");
    decision.set_policy_revision(7);
    decision.set_trust_bundle_id("sha256:x");
    decision.mutable_ttl()->set_seconds(60);
    decision.set_decision_id("d-1");
    decision.set_evidence_source(pb::EVIDENCE_SOURCE_CALLER);
    pb::Route& route = *decision.add_routes();
    route.set_scheme(pb::SCHEME_HTTPS);
    route.set_host("a.example");
    route.set_port(443);
    route.set_certificate_check(pb::CERTIFICATE_CHECK_REQUIRED);
    route.set_pinned(true);
    route.add_addresses("192.0.2.1");
    return decision;
  }

  absl::StatusOr<IssuedDecision> Ask(
      PdpQuestion question, absl::Duration timeout = absl::Seconds(30)) const {
    return client_->CheckPull(question, SystemClock().Now() + timeout);
  }
  absl::StatusOr<IssuedDecision> Ask() const {
    return Ask({RegistryAddress::ParseQuestion("a.example").value(), {}});
  }

  FakePdp pdp_;
  std::unique_ptr<PdpClient> client_ =
      MakeGrpcPdpClient(pdp_.NewChannel(), VchId::Parse("vch-1").value());
};

TEST_F(GrpcPdpClientTest, AsksForItsVchAndReadsTheDecision) {
  pb::Decision decision = Permit();
  decision.mutable_explanation()->add_steps("because");
  pdp_.decision().AnswerWith(decision);
  PdpQuestion question = {RegistryAddress::ParseQuestion("A.example").value(),
                          {}};
  question.evidence.outcome = Evidence::Outcome::kLookedUp;
  question.evidence.addresses = {IpAddress::Parse("192.0.2.1").value()};
  question.explain = true;
  const absl::StatusOr<IssuedDecision> issued = Ask(question);
  ASSERT_TRUE(issued.ok()) << issued.status();
  EXPECT_EQ(issued->decision.effect, Effect::kPermit);
  ASSERT_EQ(issued->decision.routes.size(), 1);
  EXPECT_TRUE(issued->decision.routes[0].pinned);
  EXPECT_EQ(issued->policy_revision, 7);
  EXPECT_EQ(issued->trust_bundle_id, "sha256:x");
  EXPECT_EQ(issued->ttl, absl::Minutes(1));
  EXPECT_EQ(issued->decision_id, "d-1");
  EXPECT_EQ(issued->evidence_source, EvidenceSource::kCaller);
  ASSERT_TRUE(issued->decision.explanation.has_value());
  EXPECT_EQ(issued->decision.explanation->steps.front(), "because");

  const pb::CheckPullRequest request = pdp_.decision().requests().front();
  EXPECT_EQ(request.vch(), "vchs/vch-1");
  EXPECT_EQ(request.registry(), "a.example");
  EXPECT_EQ(request.evidence().outcome(), pb::Evidence::OUTCOME_LOOKED_UP);
  EXPECT_EQ(request.evidence().addresses(0), "192.0.2.1");
  EXPECT_TRUE(request.explain());
}

TEST_F(GrpcPdpClientTest, AbsentEvidenceIsLeftToThePdp) {
  pdp_.decision().AnswerWith(Permit());
  ASSERT_TRUE(Ask().ok());
  EXPECT_FALSE(pdp_.decision().requests().front().has_evidence());
}

TEST_F(GrpcPdpClientTest, AnEffectThatIsNoPermitIsADenial) {
  pb::Decision decision = Permit();
  for (const pb::Effect effect :
       {pb::EFFECT_UNSPECIFIED, pb::EFFECT_DENY, static_cast<pb::Effect>(99)}) {
    decision.set_effect(effect);
    pdp_.decision().AnswerWith(decision);
    const absl::StatusOr<IssuedDecision> issued = Ask();
    ASSERT_TRUE(issued.ok()) << issued.status();
    EXPECT_EQ(issued->decision.effect, Effect::kDeny);
  }
}

TEST_F(GrpcPdpClientTest, DoesNotBelieveAnAnswerThatMakesNoSense) {
  const auto refused = [this](const pb::Decision& decision) {
    pdp_.decision().AnswerWith(decision);
    const absl::Status status = Ask().status();
    EXPECT_TRUE(absl::IsInternal(status)) << status;
    EXPECT_FALSE(IsPdpAway(status));
  };
  pb::Decision decision = Permit();
  decision.set_registry("b.example");
  refused(decision);
  decision = Permit();
  decision.clear_routes();
  refused(decision);
  decision = Permit();
  decision.mutable_routes(0)->set_addresses(0, "not an address");
  refused(decision);
  decision = Permit();
  decision.mutable_routes(0)->set_scheme(pb::SCHEME_UNSPECIFIED);
  refused(decision);
  decision = Permit();
  decision.mutable_evidence()->add_names("evidence.of.the.wrong.kind");
  refused(decision);
  refused(pb::Decision());
}

TEST_F(GrpcPdpClientTest, PassesThePdpsErrorsOn) {
  pdp_.decision().FailWith({grpc::StatusCode::PERMISSION_DENIED, "not yours"});
  const absl::Status status = Ask().status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "not yours"));
}

TEST_F(GrpcPdpClientTest, ASilentPdpIsAwayAtTheDeadline) {
  pdp_.decision().BeSilent();
  const absl::Status status =
      Ask({RegistryAddress::ParseQuestion("a.example").value(), {}},
          absl::Milliseconds(50))
          .status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_TRUE(IsPdpAway(status));
}

TEST_F(GrpcPdpClientTest, NoPdpIsAwayAtOnce) {
  pdp_.Stop();
  const absl::Status status = Ask().status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(IsPdpAway(status));
}

TEST_F(GrpcPdpClientTest, AsksAgainWhenThePdpIsBack) {
  pdp_.decision().AnswerWith(Permit());
  pdp_.Stop();
  EXPECT_FALSE(Ask().ok());
  pdp_.Start();
  // The channel connects in the background; every call fails at once until
  // then.
  absl::Status status;
  do {
    status = Ask().status();
  } while (absl::IsUnavailable(status));
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace pullgate::agent
