// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/prepared_verdict.h"

#include <memory>

#include "gtest/gtest.h"
#include "pullgate/agent/v1/agent_service.pb.h"
#include "pullgate/audit/v1/audit_event.pb.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/agent/effective_policies.h"

namespace pullgate::agent {
namespace {

namespace decision_pb = pullgate::decision::v1;

class VerdictPreparerTest : public testing::Test {
 protected:
  VerdictPreparerTest() {
    const auto policy = Activate(WhitelistPolicy(7, {"a.example"}));
    verdict_.reason = decision_pb::DENY_REASON_UNSPECIFIED;
    verdict_.message = "permitted";
    verdict_.issued = std::make_shared<IssuedDecision>(
        PermitTo(*policy, "a.example", "192.0.2.1"));
    verdict_.decided_by = DecidedBy::kCache;
    verdict_.verification = Proof();
    verdict_.expires = boot_.Now() + absl::Seconds(30);
  }
  static std::shared_ptr<const Verification> Proof() {
    auto proof = std::make_shared<Verification>();
    proof->failure = Verification::Failure::kNone;
    proof->usable.emplace().address = IpAddress::Parse("192.0.2.1").value();
    return proof;
  }
  std::shared_ptr<const PreparedVerdict> Prepare() {
    return preparer_.Prepare(
        verdict_, RegistryAddress::ParseQuestion("a.example").value());
  }
  static int64_t ExpiryIn(const PreparedVerdict& prepared) {
    pullgate::agent::v1::AuthorizePullResponse response;
    EXPECT_TRUE(response.ParseFromString(prepared.response));
    return response.permit().expire_time().seconds();
  }

  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  VerdictPreparer preparer_{&wall_, &boot_, /*capacity=*/4};
  Verdict verdict_;
};

TEST_F(VerdictPreparerTest, HoldsWhatIsTheSameEachTime) {
  const auto prepared = Prepare();
  EXPECT_EQ(prepared->effect, decision_pb::EFFECT_PERMIT);
  EXPECT_EQ(prepared->rule, "whitelist[0]");
  EXPECT_EQ(prepared->address, "192.0.2.1");
  EXPECT_EQ(prepared->policy_revision, 7);
  EXPECT_EQ(ExpiryIn(*prepared), 1'700'000'030);

  pullgate::audit::v1::AuditEvent event;
  ASSERT_TRUE(event.ParseFromString(prepared->event));
  EXPECT_EQ(event.registry(), "a.example");
  EXPECT_EQ(event.policy_revision(), 7);
  EXPECT_EQ(event.asked(), "") << "this belongs to the occasion";
  EXPECT_EQ(event.decided_by(),
            pullgate::audit::v1::AuditEvent::DECIDED_BY_UNSPECIFIED);
}

TEST_F(VerdictPreparerTest, WhatBelongsToTheOccasionIsAppended) {
  pullgate::agent::v1::AuthorizePullResponse own;
  own.set_event_id("vch-1/e/1");
  pullgate::agent::v1::AuthorizePullResponse whole;
  ASSERT_TRUE(
      whole.ParseFromString(Prepare()->response + own.SerializeAsString()));
  EXPECT_EQ(whole.event_id(), "vch-1/e/1");
  EXPECT_EQ(whole.effect(), decision_pb::EFFECT_PERMIT);
  EXPECT_EQ(whole.permit().address(), "192.0.2.1");
}

TEST_F(VerdictPreparerTest, MakesTheFormsOfACachedVerdictOnce) {
  EXPECT_EQ(Prepare(), Prepare());
  verdict_.verification = Proof();
  const auto other = Prepare();
  verdict_.issued = std::make_shared<IssuedDecision>(*verdict_.issued);
  EXPECT_NE(Prepare(), other);
}

TEST_F(VerdictPreparerTest, DoesNotKeepThoseOfOthers) {
  verdict_.decided_by = DecidedBy::kPdp;
  EXPECT_NE(Prepare(), Prepare());
}

TEST_F(VerdictPreparerTest, ALeaseThatWasShortenedShortensThePermit) {
  EXPECT_EQ(ExpiryIn(*Prepare()), 1'700'000'030);
  verdict_.expires = boot_.Now() + absl::Seconds(5);
  EXPECT_EQ(ExpiryIn(*Prepare()), 1'700'000'005);
}

TEST_F(VerdictPreparerTest, ForgetsThemWhenTheVerdictEnds) {
  const auto before = Prepare();
  boot_.Advance(absl::Seconds(30));
  wall_.Advance(absl::Seconds(30));
  verdict_.expires = boot_.Now() + absl::Seconds(30);
  EXPECT_NE(Prepare(), before);
}

TEST_F(VerdictPreparerTest, ADenialSaysNothingToConnectTo) {
  verdict_.reason = decision_pb::DENY_REASON_CERTIFICATE_REJECTED;
  const auto prepared = Prepare();
  pullgate::agent::v1::AuthorizePullResponse response;
  ASSERT_TRUE(response.ParseFromString(prepared->response));
  EXPECT_EQ(response.effect(), decision_pb::EFFECT_DENY);
  EXPECT_FALSE(response.has_permit());
  EXPECT_EQ(prepared->address, "");
}

}  // namespace
}  // namespace pullgate::agent
