// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sync_client.h"

#include <memory>
#include <string>

#include "common/time/boot_clock.h"
#include "common/time/clock.h"
#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_last_policy_store.h"
#include "tests/fakes/agent/fake_pdp.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

std::shared_ptr<const PublicCaSet> PublicSet() {
  const TempDir directory;
  const std::string file = directory.File("ca.pem");
  WriteFile(file, MakeTestRoot("Public").Pem());
  return PublicCaSet::Load(file).value();
}

class SyncClientTest : public testing::Test {
 protected:
  void Connect(absl::Duration heartbeat_interval = absl::Hours(1)) {
    SyncClientOptions options;
    options.heartbeat_interval = heartbeat_interval;
    client_ = std::make_unique<SyncClient>(
        pdp_.NewChannel(), &session_,
        Backoff(absl::Milliseconds(1), absl::Milliseconds(20),
                MakeUnitRandom()),
        &log_, &wall_, options, [this] { contacts_.fetch_add(1); });
  }
  void AwaitRevision(int64_t revision) {
    ASSERT_TRUE(holder_.AwaitRevision(revision, absl::InfiniteDuration()));
  }
  // The lease follows the policy on the same stream.
  void AwaitLease() {
    while (!holder_.lease().valid) std::this_thread::yield();
  }

  SystemClock wall_;
  BootClock boot_;
  FakeLogSink sink_;
  const Logger log_{&sink_, &wall_};
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
  std::atomic<int> contacts_{0};
  FakePdp pdp_;
  std::unique_ptr<SyncClient> client_;  // last: it uses the rest
};

TEST_F(SyncClientTest, TakesThePolicyAcksItAndGetsALease) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  pdp_.sync().AwaitAck(7);
  AwaitLease();
  const SyncClient::Status status = client_->status();
  EXPECT_TRUE(status.synced);
  EXPECT_EQ(status.last_error, "");
  EXPECT_GT(contacts_.load(), 0);
}

TEST_F(SyncClientTest, FollowsEveryChange) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  pdp_.sync().SetPolicy(WhitelistPolicy(8, {"b.example"}));
  AwaitRevision(8);
  pdp_.sync().AwaitAck(8);
}

TEST_F(SyncClientTest, SaysWhyAPolicyWasNotTaken) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  pdp_.sync().SetPolicy(WhitelistPolicy(8, {"10.0.0.0/33"}));
  pdp_.sync().AwaitNack(8);
  EXPECT_EQ(holder_.Current()->revision, 7);
  EXPECT_TRUE(client_->status().synced) << "the stream goes on";
  pdp_.sync().SetPolicy(WhitelistPolicy(9, {"10.0.0.0/24"}));
  AwaitRevision(9);
}

TEST_F(SyncClientTest, RefusesToGoBack) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  pdp_.sync().SetPolicy(WhitelistPolicy(5, {"*.evil.example"}));
  pdp_.sync().AwaitNack(5);
  EXPECT_EQ(holder_.Current()->revision, 7);
}

TEST_F(SyncClientTest, SubscribesAgainWhenTheStreamEnds) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  pdp_.sync().EndStream({grpc::StatusCode::UNAVAILABLE, "renew"});
  pdp_.sync().AwaitSubscribes(2);
  int64_t held = 0;
  for (const auto& request : pdp_.sync().received()) {
    if (request.has_subscribe()) held = request.subscribe().held_revision();
  }
  EXPECT_EQ(held, 7);
}

TEST_F(SyncClientTest, ComesBackWithThePdp) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  AwaitRevision(7);
  AwaitLease();
  pdp_.Stop();
  while (client_->status().synced) std::this_thread::yield();
  EXPECT_NE(client_->status().last_error, "");
  EXPECT_TRUE(holder_.lease().valid) << "leases outlive the connection";
  pdp_.sync().SetPolicy(WhitelistPolicy(8, {"a.example"}));
  pdp_.Start();
  AwaitRevision(8);
}

TEST_F(SyncClientTest, GoesOnTryingWhileItIsRefused) {
  pdp_.sync().RefuseWith({grpc::StatusCode::PERMISSION_DENIED, "not yours"});
  Connect();
  while (!sink_.Has("not yours")) std::this_thread::yield();
  pdp_.sync().RefuseWith(grpc::Status::OK);
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  AwaitRevision(7);
}

TEST_F(SyncClientTest, HeartbeatsRenewTheLease) {
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect(absl::Milliseconds(1));
  pdp_.sync().AwaitHeartbeats(5);
  AwaitLease();
  const absl::Time first = holder_.lease().boot_expires;
  while (holder_.lease().boot_expires == first) std::this_thread::yield();
  EXPECT_GT(holder_.lease().boot_expires, first);
}

TEST_F(SyncClientTest, LeavesAPdpThatIsSilent) {
  pdp_.sync().BeSilent();
  Connect(absl::Milliseconds(1));
  pdp_.sync().AwaitSubscribes(2);
  EXPECT_TRUE(sink_.Has("does not answer heartbeats"));
}

TEST_F(SyncClientTest, APolicyThatCouldNotBeStoredIsSentAgain) {
  store_.FailWith(absl::ResourceExhaustedError("disk full"));
  pdp_.sync().SetPolicy(WhitelistPolicy(7, {"a.example"}));
  Connect();
  pdp_.sync().AwaitNack(7);
  store_.FailWith(absl::OkStatus());
  AwaitRevision(7);
}

TEST_F(SyncClientTest, StopsWhetherConnectedOrNot) {
  Connect();
  client_->Stop();
  client_->Stop();
  pdp_.Stop();
  Connect();
  client_->Stop();
}

}  // namespace
}  // namespace pullgate::agent
