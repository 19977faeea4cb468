// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/sync_session.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/pdp/fake_policy_store.h"
#include "tests/fakes/pdp/recording_observer.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::policy::v1::Policy;
using pullgate::sync::v1::SyncRequest;
using pullgate::sync::v1::SyncResponse;
using ::testing::Contains;

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);

SyncRequest Subscribe(int64_t held, const std::string& vch = "vchs/a") {
  SyncRequest request;
  request.mutable_subscribe()->set_vch(vch);
  request.mutable_subscribe()->set_held_revision(held);
  request.mutable_subscribe()->set_agent_version("1.0");
  request.mutable_subscribe()->set_agent_instance("run-1");
  request.mutable_subscribe()->set_heartbeat_id(100);
  return request;
}

SyncRequest Ack(int64_t revision) {
  SyncRequest request;
  request.mutable_ack()->set_revision(revision);
  return request;
}

SyncRequest Nack(int64_t revision, const std::string& error) {
  SyncRequest request;
  request.mutable_nack()->set_revision(revision);
  request.mutable_nack()->set_error(error);
  return request;
}

SyncRequest Heartbeat(int64_t id) {
  SyncRequest request;
  request.mutable_heartbeat()->set_heartbeat_id(id);
  return request;
}

class SyncSessionTest : public ::testing::Test {
 protected:
  SyncSessionTest()
      : book_(*PolicyBook::Open(&store_, ProcessPolicy(), Change{})),
        session_(NewSession()) {}

  std::unique_ptr<SyncSession> NewSession() {
    return std::make_unique<SyncSession>(Caller::Agent(Vch("a")), book_.get(),
                                         &fleet_, &observer_, &clock_);
  }

  // Stores a policy and returns its revision.
  int64_t Store(const std::string& whitelisted) {
    Policy policy;
    policy.add_whitelist(whitelisted);
    policy.mutable_lease()->set_seconds(60);
    const auto outcome = book_->Set(Vch("a"), {policy, ""}, Change{});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome->policy->revision();
  }

  // The revision of the policy that is to be sent next; 0: something else is.
  int64_t NextPolicy() {
    const auto next = session_->Next();
    return next && next->has_policy() ? next->policy().revision() : 0;
  }

  FakePolicyStore store_;
  FakeClock clock_{kStart};
  RecordingObserver observer_;
  Fleet fleet_{2};
  const std::unique_ptr<PolicyBook> book_;
  std::unique_ptr<SyncSession> session_;
};

TEST_F(SyncSessionTest, SendsThePolicyToWhoHoldsAnother) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  const auto next = session_->Next();
  ASSERT_TRUE(next && next->has_policy());
  EXPECT_EQ(next->policy().vch(), "vchs/a");
  EXPECT_EQ(next->policy().revision(), revision);
  EXPECT_EQ(next->policy().policy().whitelist(0), "registry.example");
  // It brings no lease.
  EXPECT_FALSE(session_->Next().has_value());
  ASSERT_TRUE(session_->OnMessage(Ack(revision)).ok());
  EXPECT_FALSE(session_->Next().has_value());
  EXPECT_THAT(observer_.lines(), Contains("acked a 2"));
  EXPECT_EQ(fleet_.behind(), 0);
}

TEST_F(SyncSessionTest, ConfirmsTheCurrentPolicyWithALease) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(revision)).ok());
  const auto next = session_->Next();
  ASSERT_TRUE(next && next->has_lease());
  EXPECT_EQ(next->lease().heartbeat_id(), 100);
  EXPECT_EQ(next->lease().revision(), revision);
  EXPECT_EQ(next->lease().duration().seconds(), 60);
  EXPECT_FALSE(session_->Next().has_value());
  EXPECT_EQ(fleet_.Members().at(0).lease_end, kStart + absl::Minutes(1));
}

TEST_F(SyncSessionTest, AnswersEachHeartbeatWithALease) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  ASSERT_EQ(NextPolicy(), revision);
  for (const int64_t id : {7, 8}) {
    ASSERT_TRUE(session_->OnMessage(Heartbeat(id)).ok());
    const auto next = session_->Next();
    ASSERT_TRUE(next && next->has_lease());
    EXPECT_EQ(next->lease().heartbeat_id(), id);
    EXPECT_EQ(next->lease().revision(), revision);
  }
}

TEST_F(SyncSessionTest, AVchWithoutAPolicyIsSentThatToo) {
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  const auto next = session_->Next();
  ASSERT_TRUE(next && next->has_policy());
  EXPECT_FALSE(next->policy().has_policy());
  EXPECT_EQ(next->policy().revision(), book_->process_revision());
}

TEST_F(SyncSessionTest, SendsOnlyTheNewestOfManyChanges) {
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  ASSERT_NE(NextPolicy(), 0);
  int64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    last = Store("registry" + std::to_string(i) + ".example");
    ASSERT_TRUE(session_->Refresh().ok());
  }
  EXPECT_EQ(NextPolicy(), last);
  EXPECT_FALSE(session_->Next().has_value());
}

TEST_F(SyncSessionTest, AHeartbeatNeverProlongsWhatAChangeHasEnded) {
  const int64_t before = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(before)).ok());
  ASSERT_TRUE(session_->Next()->has_lease());
  // Nobody told the session of this change.
  const int64_t after = Store("other.example");
  ASSERT_TRUE(session_->OnMessage(Heartbeat(7)).ok());
  EXPECT_EQ(NextPolicy(), after);
  const auto lease = session_->Next();
  ASSERT_TRUE(lease && lease->has_lease());
  EXPECT_EQ(lease->lease().revision(), after);
}

TEST_F(SyncSessionTest, TellsWhoHoldsARevisionFromTheFuture) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(999)).ok());
  EXPECT_EQ(NextPolicy(), revision);
  EXPECT_THAT(observer_.lines(), Contains("joined a 999 of 2"));
}

TEST_F(SyncSessionTest, ReportsARefusalAndGoesOn) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  ASSERT_EQ(NextPolicy(), revision);
  ASSERT_TRUE(session_->OnMessage(Nack(revision, "no room")).ok());
  EXPECT_THAT(observer_.lines(), Contains("refused a 2 no room"));
  EXPECT_EQ(fleet_.Members().at(0).refusal, "no room");
  EXPECT_EQ(fleet_.behind(), 1);
  EXPECT_TRUE(session_->OnMessage(Heartbeat(1)).ok());
}

TEST_F(SyncSessionTest, CutsARefusalThatIsTooLong) {
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  ASSERT_TRUE(session_->OnMessage(Nack(1, std::string(5000, 'x'))).ok());
  EXPECT_EQ(fleet_.Members().at(0).refusal.size(), 1024u);
}

TEST_F(SyncSessionTest, LeavesTheFleetAtItsEnd) {
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  EXPECT_EQ(fleet_.size(), 1);
  session_->OnEnd();
  EXPECT_EQ(fleet_.size(), 0);
  EXPECT_THAT(observer_.lines(), Contains("left a"));
}

TEST_F(SyncSessionTest, SubscribingAfterTheEndLeavesNobodyBehind) {
  session_->OnEnd();
  EXPECT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  EXPECT_EQ(fleet_.size(), 0);
}

TEST_F(SyncSessionTest, RefusesMessagesOutOfOrder) {
  for (const SyncRequest& first :
       {Ack(1), Nack(1, ""), Heartbeat(1), SyncRequest()}) {
    const absl::Status status = NewSession()->OnMessage(first);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "OUT_OF_ORDER");
  }
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  EXPECT_EQ(session_->OnMessage(Subscribe(0)).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(session_->OnMessage(SyncRequest()).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(SyncSessionTest, RefusesAnAckOfWhatWasNeverSent) {
  const int64_t revision = Store("registry.example");
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  EXPECT_FALSE(session_->OnMessage(Ack(revision)).ok());
  ASSERT_EQ(NextPolicy(), revision);
  EXPECT_FALSE(session_->OnMessage(Ack(revision + 1)).ok());
  EXPECT_FALSE(session_->OnMessage(Ack(0)).ok());
  EXPECT_TRUE(session_->OnMessage(Ack(revision)).ok());
}

TEST_F(SyncSessionTest, RefusesABadSubscription) {
  SyncRequest label = Subscribe(0);
  label.mutable_subscribe()->set_agent_version(std::string(129, 'v'));
  SyncRequest instance = Subscribe(0);
  instance.mutable_subscribe()->set_agent_instance(std::string(129, 'i'));
  for (const SyncRequest& wrong :
       {Subscribe(0, "a"), Subscribe(0, ""), Subscribe(-1), label, instance}) {
    const absl::Status status = NewSession()->OnMessage(wrong);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldViolationsOf(status).size(), 1u);
  }
  EXPECT_EQ(fleet_.size(), 0);
}

TEST_F(SyncSessionTest, RefusesAnotherVchAndSaysSo) {
  const absl::Status status = session_->OnMessage(Subscribe(0, "vchs/b"));
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "OTHER_VCH");
  EXPECT_THAT(observer_.lines(), Contains("stream vch/a PERMISSION_DENIED"));
}

TEST_F(SyncSessionTest, RefusesMoreStreamsThanAllowed) {
  const auto second = NewSession();
  const auto third = NewSession();
  ASSERT_TRUE(session_->OnMessage(Subscribe(0)).ok());
  ASSERT_TRUE(second->OnMessage(Subscribe(0)).ok());
  EXPECT_EQ(third->OnMessage(Subscribe(0)).code(),
            absl::StatusCode::kResourceExhausted);
  second->OnEnd();
  EXPECT_TRUE(third->OnMessage(Subscribe(0)).ok());
}

TEST_F(SyncSessionTest, GivesNoLeaseWhileTheStoreRefuses) {
  store_.FailWith(absl::UnavailableError("no disk"));
  EXPECT_EQ(session_->OnMessage(Subscribe(0)).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(fleet_.size(), 0);
  EXPECT_FALSE(session_->Next().has_value());
}

}  // namespace
}  // namespace pullgate::pdp
