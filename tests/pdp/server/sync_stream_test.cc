// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Sync between real sockets: pushes, limits, races and ends.

#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pullgate/sync/v1/sync_service.grpc.pb.h"
#include "tests/support/pdp/running_pdp.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::sync::v1;

// An agent that does what the manual says, one call at a time.
class SyncAgent {
 public:
  SyncAgent(const std::shared_ptr<grpc::Channel>& channel,
            const std::string& vch, int64_t held = 0)
      : stub_(pb::SyncService::NewStub(channel)),
        context_(Context()),
        stream_(stub_->Sync(context_.get())) {
    pb::SyncRequest request;
    request.mutable_subscribe()->set_vch("vchs/" + vch);
    request.mutable_subscribe()->set_held_revision(held);
    request.mutable_subscribe()->set_heartbeat_id(1);
    stream_->Write(request);
  }

  // The next message; none if the stream has ended.
  std::optional<pb::SyncResponse> Read() {
    pb::SyncResponse response;
    if (!stream_->Read(&response)) return std::nullopt;
    return response;
  }
  // The revision of the next policy, acknowledged; 0 if something else came.
  int64_t ReadPolicy() {
    const auto response = Read();
    if (!response || !response->has_policy()) return 0;
    pb::SyncRequest request;
    request.mutable_ack()->set_revision(response->policy().revision());
    stream_->Write(request);
    return response->policy().revision();
  }
  void Heartbeat(int64_t id) {
    pb::SyncRequest request;
    request.mutable_heartbeat()->set_heartbeat_id(id);
    stream_->Write(request);
  }
  void Write(const pb::SyncRequest& request) { stream_->Write(request); }
  void Cancel() { context_->TryCancel(); }
  grpc::Status Finish() {
    stream_->WritesDone();
    while (Read()) {
    }
    return stream_->Finish();
  }

 private:
  const std::unique_ptr<pb::SyncService::Stub> stub_;
  const std::unique_ptr<grpc::ClientContext> context_;
  const std::unique_ptr<
      grpc::ClientReaderWriter<pb::SyncRequest, pb::SyncResponse>>
      stream_;
};

class SyncStreamTest : public ::testing::Test {
 protected:
  RunningPdp pdp_;
};

TEST_F(SyncStreamTest, PushesEveryChangeAndRenewsLeases) {
  const int64_t first = pdp_.SetPolicy("a", "one.example");
  SyncAgent agent(pdp_.AsAgent("a"), "a");
  EXPECT_EQ(agent.ReadPolicy(), first);
  agent.Heartbeat(7);
  const auto lease = agent.Read();
  ASSERT_TRUE(lease && lease->has_lease());
  EXPECT_EQ(lease->lease().heartbeat_id(), 7);
  EXPECT_EQ(lease->lease().revision(), first);
  EXPECT_EQ(lease->lease().duration().seconds(), 900);
  const int64_t second = pdp_.SetPolicy("a", "two.example");
  EXPECT_EQ(agent.ReadPolicy(), second);
  EXPECT_TRUE(agent.Finish().ok());
}

TEST_F(SyncStreamTest, AChangeOfSettingsReachesEveryAgent) {
  SyncAgent a(pdp_.AsAgent("a"), "a");
  SyncAgent b(pdp_.AsAgent("b"), "b");
  const int64_t before = a.ReadPolicy();
  EXPECT_EQ(b.ReadPolicy(), before);
  PdpOptions next = pdp_.options();
  next.settings.protected_registries = {{"harbor.example", {}}};
  ASSERT_TRUE(pdp_.server().Reload(next).ok());
  const int64_t after = a.ReadPolicy();
  EXPECT_GT(after, before);
  EXPECT_EQ(b.ReadPolicy(), after);
}

TEST_F(SyncStreamTest, WhoHoldsTheCurrentRevisionGetsALease) {
  const int64_t revision = pdp_.SetPolicy("a", "one.example");
  pdp_.Restart();
  SyncAgent agent(pdp_.AsAgent("a"), "a", revision);
  const auto lease = agent.Read();
  ASSERT_TRUE(lease && lease->has_lease());
  EXPECT_EQ(lease->lease().heartbeat_id(), 1);
}

TEST_F(SyncStreamTest, EndsWithUnavailableWhenThePdpStops) {
  SyncAgent agent(pdp_.AsAgent("a"), "a");
  ASSERT_NE(agent.ReadPolicy(), 0);
  std::thread stopper([this] { pdp_.server().Shutdown(); });
  EXPECT_FALSE(agent.Read().has_value());
  const absl::Status end = FromGrpcStatus(agent.Finish());
  EXPECT_EQ(end.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(end), "SHUTTING_DOWN");
  stopper.join();
}

TEST_F(SyncStreamTest, RefusesAnotherVchBadOrderAndTooManyStreams) {
  const auto channel = pdp_.AsAgent("a");
  EXPECT_EQ(SyncAgent(channel, "b").Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(SyncAgent(channel, "").Finish().error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(SyncAgent(pdp_.AsOperator("alice"), "a").Finish().error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  SyncAgent first(channel, "a");
  SyncAgent second(channel, "a");
  ASSERT_NE(first.ReadPolicy(), 0);
  ASSERT_NE(second.ReadPolicy(), 0);
  EXPECT_EQ(SyncAgent(channel, "a").Finish().error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  pb::SyncRequest again;
  again.mutable_subscribe()->set_vch("vchs/a");
  second.Write(again);
  EXPECT_EQ(second.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SyncStreamTest, AgentsThatVanishMakeRoom) {
  const auto channel = pdp_.AsAgent("a");
  for (int i = 0; i < 10; ++i) {
    SyncAgent agent(channel, "a");
    const auto response = agent.Read();
    if (!response) {
      // The one before has not been missed yet.
      EXPECT_EQ(agent.Finish().error_code(),
                grpc::StatusCode::RESOURCE_EXHAUSTED);
      continue;
    }
    agent.Cancel();
    EXPECT_EQ(agent.Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
}

TEST_F(SyncStreamTest, UnderManyChangesRevisionsRiseToTheLastOne) {
  constexpr int kChanges = 50;
  pdp_.SetPolicy("a", "first.example");
  int64_t last = 0;
  std::vector<std::thread> agents;
  std::vector<std::vector<int64_t>> seen(2);
  for (auto& revisions : seen) {
    agents.emplace_back([channel = pdp_.AsAgent("a"), &revisions] {
      SyncAgent agent(channel, "a");
      // The last change whitelists what ends the test.
      while (const auto response = agent.Read()) {
        if (!response->has_policy()) continue;
        revisions.push_back(response->policy().revision());
        if (response->policy().policy().whitelist(0) == "last.example") break;
      }
    });
  }
  for (int i = 0; i < kChanges; ++i) {
    pdp_.SetPolicy("a", absl::StrCat("r", i, ".example"));
  }
  last = pdp_.SetPolicy("a", "last.example");
  for (std::thread& agent : agents) agent.join();
  for (const auto& revisions : seen) {
    ASSERT_FALSE(revisions.empty());
    EXPECT_EQ(revisions.back(), last);
    for (size_t i = 1; i < revisions.size(); ++i) {
      EXPECT_GT(revisions[i], revisions[i - 1]);
    }
  }
}

}  // namespace
}  // namespace pullgate::pdp
