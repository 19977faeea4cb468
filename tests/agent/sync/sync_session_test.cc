// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sync_session.h"

#include <cstdint>
#include <string>
#include <utility>

#include "common/wire/time_proto.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_last_policy_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::sync::v1;

std::shared_ptr<const PublicCaSet> PublicSet() {
  const TempDir directory;
  const std::string file = directory.File("ca.pem");
  WriteFile(file, MakeTestRoot("Public").Pem());
  return PublicCaSet::Load(file).value();
}

class SyncSessionTest : public testing::Test {
 protected:
  SyncSession::Reaction Policy(pb::EffectivePolicy policy) {
    pb::SyncResponse response;
    *response.mutable_policy() = std::move(policy);
    return session_.Receive(response);
  }
  SyncSession::Reaction LeaseFor(int64_t heartbeat_id, int64_t revision,
                                 absl::Duration duration) {
    pb::SyncResponse response;
    pb::Lease& lease = *response.mutable_lease();
    lease.set_heartbeat_id(heartbeat_id);
    lease.set_revision(revision);
    wire::ToProto(duration, lease.mutable_duration());
    return session_.Receive(response);
  }
  int64_t Heartbeat() {
    return session_.Heartbeat().value().heartbeat().heartbeat_id();
  }
  void Pass(absl::Duration time) {
    wall_.Advance(time);
    boot_.Advance(time);
  }

  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  FakeLastPolicyStore store_;
  PolicyHolder holder_{&wall_, &boot_};
  PolicyUpdater updater_{VchId::Parse(kTestVch).value(),
                         &holder_,
                         &store_,
                         &wall_,
                         &boot_,
                         PublicSet()};
  SyncSession session_{{VchId::Parse(kTestVch).value(), "1.2", "run-1"},
                       &holder_,
                       &updater_,
                       &wall_,
                       &boot_};
};

TEST_F(SyncSessionTest, SubscribesWithWhatItHolds) {
  pb::Subscribe first = session_.Subscribe().subscribe();
  EXPECT_EQ(first.vch(), "vchs/vch-1");
  EXPECT_EQ(first.held_revision(), 0);
  EXPECT_EQ(first.agent_version(), "1.2");
  EXPECT_EQ(first.agent_instance(), "run-1");

  Policy(WhitelistPolicy(7, {"a.example"}));
  pb::Subscribe second = session_.Subscribe().subscribe();
  EXPECT_EQ(second.held_revision(), 7);
  EXPECT_GT(second.heartbeat_id(), first.heartbeat_id());
}

TEST_F(SyncSessionTest, AcksAPolicyAndAsksForItsLease) {
  session_.Subscribe();
  const SyncSession::Reaction reaction =
      Policy(WhitelistPolicy(7, {"a.example"}));
  EXPECT_TRUE(reaction.problem.ok()) << reaction.problem;
  EXPECT_FALSE(reaction.restart);
  ASSERT_EQ(reaction.replies.size(), 2);
  EXPECT_EQ(reaction.replies[0].ack().revision(), 7);
  EXPECT_TRUE(reaction.replies[1].has_heartbeat());
  EXPECT_EQ(store_.held()->policy.revision(), 7) << "stored before the ack";
}

TEST_F(SyncSessionTest, NacksALowerRevision) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const SyncSession::Reaction reaction =
      Policy(WhitelistPolicy(6, {"b.example"}));
  ASSERT_EQ(reaction.replies.size(), 1);
  EXPECT_EQ(reaction.replies[0].nack().revision(), 6);
  EXPECT_NE(reaction.replies[0].nack().error(), "");
  EXPECT_TRUE(absl::IsFailedPrecondition(reaction.problem));
  EXPECT_FALSE(reaction.restart);
  EXPECT_EQ(holder_.Current()->revision, 7);
}

TEST_F(SyncSessionTest, NacksAPolicyThatDoesNotCompile) {
  const SyncSession::Reaction reaction =
      Policy(WhitelistPolicy(7, {"10.0.0.0/33"}));
  ASSERT_EQ(reaction.replies.size(), 1);
  EXPECT_EQ(reaction.replies[0].nack().revision(), 7);
  EXPECT_FALSE(reaction.restart);
  EXPECT_EQ(holder_.Current(), nullptr);
}

TEST_F(SyncSessionTest, ANackIsBounded) {
  const SyncSession::Reaction reaction =
      Policy(WhitelistPolicy(7, {std::string(400, 'a') + ".example/",
                                 std::string(400, 'b') + ".example/",
                                 std::string(400, '\xff') + ".example/",
                                 std::string(400, 'd') + ".example/"}));
  ASSERT_EQ(reaction.replies.size(), 1);
  EXPECT_LE(reaction.replies[0].nack().error().size(), 1024);
}

TEST_F(SyncSessionTest, APolicyThatCannotBeStoredIsAskedForAgain) {
  store_.FailWith(absl::ResourceExhaustedError("disk full"));
  const SyncSession::Reaction reaction =
      Policy(WhitelistPolicy(7, {"a.example"}));
  ASSERT_EQ(reaction.replies.size(), 1);
  EXPECT_TRUE(reaction.replies[0].has_nack());
  EXPECT_TRUE(reaction.restart);
}

TEST_F(SyncSessionTest, ALeaseCountsFromWhenItsHeartbeatWasSent) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const int64_t id = Heartbeat();
  Pass(absl::Minutes(3));  // on a slow network
  EXPECT_TRUE(LeaseFor(id, 7, absl::Minutes(10)).problem.ok());
  EXPECT_TRUE(holder_.lease().valid);
  Pass(absl::Minutes(7));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, ALeaseThatIsOverOnArrivalIsNone) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const int64_t id = Heartbeat();
  Pass(absl::Minutes(10));
  LeaseFor(id, 7, absl::Minutes(10));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, TheAnswerToSubscribeIsALeaseToo) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const int64_t id = session_.Subscribe().subscribe().heartbeat_id();
  LeaseFor(id, 7, absl::Minutes(10));
  EXPECT_TRUE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, ALeaseThatAnswersNothingIsNotTaken) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  for (const int64_t id : {int64_t{0}, int64_t{-1}, int64_t{999}}) {
    EXPECT_FALSE(LeaseFor(id, 7, absl::Hours(1)).problem.ok());
  }
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, AHeartbeatIsAnsweredOnce) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const int64_t id = Heartbeat();
  EXPECT_TRUE(LeaseFor(id, 7, absl::Seconds(1)).problem.ok());
  EXPECT_FALSE(LeaseFor(id, 7, absl::Hours(1)).problem.ok());
}

TEST_F(SyncSessionTest, AHeartbeatOfAnEarlierStreamIsForgotten) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  const int64_t old = Heartbeat();
  session_.Subscribe();
  EXPECT_FALSE(LeaseFor(old, 7, absl::Hours(1)).problem.ok());
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, ALeaseOnARevisionNotHeldIsNoNews) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  EXPECT_TRUE(LeaseFor(Heartbeat(), 8, absl::Hours(1)).problem.ok());
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, NegativeLeasesGiveNothing) {
  Policy(WhitelistPolicy(7, {"a.example"}));
  LeaseFor(Heartbeat(), 7, absl::Hours(-1));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(SyncSessionTest, APdpThatAnswersNoHeartbeatIsSilent) {
  session_.Subscribe();
  while (session_.Heartbeat().has_value()) {
  }
  EXPECT_FALSE(session_.Heartbeat().has_value());
  session_.Subscribe();
  EXPECT_TRUE(session_.Heartbeat().has_value()) << "a new stream, a new chance";
}

TEST_F(SyncSessionTest, AnAnswerCountsForTheHeartbeatsBeforeIt) {
  session_.Subscribe();
  Heartbeat();
  const int64_t id = Heartbeat();
  LeaseFor(id, 0, absl::Minutes(10));
  for (size_t i = 0; i < SyncSession::kMaxUnanswered; ++i) {
    EXPECT_TRUE(session_.Heartbeat().has_value());
  }
}

TEST_F(SyncSessionTest, ManyPoliciesMakeNoHeapOfHeartbeats) {
  session_.Subscribe();
  for (int64_t revision = 1; revision <= 100; ++revision) {
    const SyncSession::Reaction reaction =
        Policy(WhitelistPolicy(revision, {"a.example"}));
    EXPECT_EQ(reaction.replies.front().ack().revision(), revision);
    EXPECT_EQ(
        reaction.replies.size(),
        revision < static_cast<int64_t>(SyncSession::kMaxUnanswered) ? 2 : 1);
  }
}

TEST_F(SyncSessionTest, WordsOfANewerPdpAreIgnored) {
  const SyncSession::Reaction reaction = session_.Receive(pb::SyncResponse());
  EXPECT_TRUE(reaction.problem.ok());
  EXPECT_TRUE(reaction.replies.empty());
}

}  // namespace
}  // namespace pullgate::agent
