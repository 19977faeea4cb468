// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_server.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"
#include "tests/support/agent/running_agent.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;
namespace decision = pullgate::decision::v1;

class AgentServerTest : public testing::Test {
 protected:
  void Start() {
    const absl::Status started = agent_.Start();
    ASSERT_TRUE(started.ok()) << started;
    stub_ = pb::AgentService::NewStub(agent_.Connect());
  }
  absl::StatusOr<pb::AuthorizePullResponse> Authorize(
      const std::string& registry) {
    pb::AuthorizePullRequest request;
    request.set_registry(registry);
    pb::AuthorizePullResponse response;
    const grpc::Status status =
        stub_->AuthorizePull(Context().get(), request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response;
  }
  pb::GetStatusResponse GetStatus() {
    pb::GetStatusResponse response;
    const grpc::Status status =
        stub_->GetStatus(Context().get(), pb::GetStatusRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  RunningAgent agent_;
  std::unique_ptr<pb::AgentService::Stub> stub_;
};

TEST_F(AgentServerTest, WithoutAPdpItServesAndRefuses) {
  Start();
  const auto answer = Authorize("registry.example");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->effect(), decision::EFFECT_DENY);
  EXPECT_EQ(answer->reason(), decision::DENY_REASON_PDP_UNREACHABLE);
  EXPECT_NE(answer->event_id(), "");

  const pb::GetStatusResponse status = GetStatus();
  EXPECT_EQ(status.vch(), "vchs/vch-1");
  EXPECT_FALSE(status.pdp().synced());
  EXPECT_EQ(status.policy().revision(), 0);
  EXPECT_FALSE(status.policy().lease_valid());
  // One begins the epoch, one is of the verdict.
  EXPECT_EQ(status.spool().last_sequence(), 2);
  EXPECT_EQ(status.spool().unacked_events(), 2);
  EXPECT_EQ(status.spool().last_hash().size(), 64);
  EXPECT_FALSE(status.spool().has_last_gap());
  EXPECT_GT(status.spool().max_bytes(), 0);
}

TEST_F(AgentServerTest, SaysWhatIsWrongWithAQuestionAndWhere) {
  Start();
  const absl::Status status = Authorize("10.1.2.300").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  ASSERT_EQ(FieldViolationsOf(status).size(), 1);
  EXPECT_EQ(FieldViolationsOf(status).front().field, "registry");
  EXPECT_EQ(GetStatus().spool().last_sequence(), 1) << "no verdict, no event";
}

TEST_F(AgentServerTest, ProbesWithoutATrace) {
  Start();
  pb::ProbeRegistryRequest request;
  request.set_image("registry.example/team/app:1");
  pb::ProbeRegistryResponse response;
  ASSERT_TRUE(stub_->ProbeRegistry(Context().get(), request, &response).ok());
  EXPECT_EQ(response.reason(), decision::DENY_REASON_PDP_UNREACHABLE);
  EXPECT_EQ(GetStatus().spool().last_sequence(), 1);
}

TEST_F(AgentServerTest, EventsSurviveARestart) {
  Start();
  const auto before = Authorize("registry.example");
  ASSERT_TRUE(before.ok());
  agent_.Stop();
  Start();
  EXPECT_EQ(GetStatus().spool().last_sequence(), 2);
  const auto after = Authorize("registry.example");
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(GetStatus().spool().last_sequence(), 3);
}

TEST_F(AgentServerTest, HealthAndReflectionAreForWhoeverMayOpenTheSocket) {
  Start();
  const auto health = grpc::health::v1::Health::NewStub(agent_.Connect());
  grpc::health::v1::HealthCheckResponse checked;
  ASSERT_TRUE(health
                  ->Check(Context().get(),
                          grpc::health::v1::HealthCheckRequest(), &checked)
                  .ok());
  EXPECT_EQ(checked.status(), grpc::health::v1::HealthCheckResponse::SERVING);

  namespace reflection = grpc::reflection::v1;
  const auto stub = reflection::ServerReflection::NewStub(agent_.Connect());
  const auto context = Context();
  const auto stream = stub->ServerReflectionInfo(context.get());
  reflection::ServerReflectionRequest request;
  request.set_list_services("");
  ASSERT_TRUE(stream->Write(request));
  reflection::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Read(&response));
  std::string services;
  for (const auto& service : response.list_services_response().service()) {
    services += service.name() + " ";
  }
  EXPECT_TRUE(absl::StrContains(services, "pullgate.agent.v1.AgentService"));
  EXPECT_TRUE(absl::StrContains(services, "grpc.channelz.v1.Channelz"));
  context->TryCancel();
  stream->Finish();
}

TEST_F(AgentServerTest, TheSocketIsForOwnerAndGroup) {
  Start();
  struct stat status = {};
  ASSERT_EQ(stat(agent_.options().socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660);
  ASSERT_EQ(stat((agent_.directory() + "/socket").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0750);
}

// What keeps it from starting.

TEST_F(AgentServerTest, DoesNotStartWithAnotherVchsCertificate) {
  for (const std::vector<std::string>& uris :
       {std::vector<std::string>{"spiffe://example.org/vch/vch-2"},
        {"spiffe://elsewhere.org/vch/vch-1"},
        {"spiffe://example.org/operator/vch-1"},
        {"spiffe://example.org/vch/vch-1", "spiffe://example.org/vch/vch-2"},
        {}}) {
    agent_.Present(uris);
    const absl::Status status = agent_.Start();
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_EQ(ReasonOf(status), "WRONG_IDENTITY");
    EXPECT_TRUE(
        absl::StrContains(status.message(), "spiffe://example.org/vch/vch-1"))
        << status;
  }
}

TEST_F(AgentServerTest, DoesNotShareItsDataDirectory) {
  Start();
  RunningAgent second;
  second.options().data_directory = agent_.options().data_directory;
  EXPECT_TRUE(absl::IsFailedPrecondition(second.Start()));
}

TEST_F(AgentServerTest, DoesNotShareItsSocket) {
  Start();
  RunningAgent second;
  second.options().socket = agent_.options().socket;
  EXPECT_FALSE(second.Start().ok());
  EXPECT_TRUE(Authorize("registry.example").ok()) << "the first goes on";
}

TEST_F(AgentServerTest, DoesNotStartWithoutWhatItNeeds) {
  const AgentOptions good = agent_.options();
  agent_.options().public_ca_file = "/nowhere/ca.pem";
  EXPECT_TRUE(absl::IsNotFound(agent_.Start()));
  agent_.options() = good;
  agent_.options().tls.key = "/nowhere/key.pem";
  EXPECT_FALSE(agent_.Start().ok());
  agent_.options() = good;
  agent_.options().data_directory = "/nowhere/at/all";
  EXPECT_FALSE(agent_.Start().ok());
}

TEST_F(AgentServerTest, ADamagedSpoolIsSetAsideAndSaidSo) {
  Start();
  ASSERT_TRUE(Authorize("registry.example").ok());
  const std::string epoch = GetStatus().spool().epoch();
  agent_.Stop();
  WriteFile(agent_.options().data_directory + "/spool.db",
            std::string(8192, 'x'));
  Start();
  EXPECT_TRUE(agent_.log_lines().Has("damaged"));
  EXPECT_NE(GetStatus().spool().epoch(), epoch);
  EXPECT_TRUE(Authorize("registry.example").ok());
}

// While it runs.

TEST_F(AgentServerTest, ReadsTheChangedPublicCaSetAgain) {
  Start();
  agent_.WritePublicCas(MakeTestRoot("Another").Pem() +
                        MakeTestRoot("And another").Pem());
  agent_.server().Reload();
  EXPECT_TRUE(agent_.log_lines().Has("public CA set read again"));

  agent_.WritePublicCas("no certificate at all");
  agent_.server().Reload();
  EXPECT_TRUE(agent_.log_lines().Has("the old one stays"));
  EXPECT_TRUE(Authorize("registry.example").ok());
}

TEST_F(AgentServerTest, SaysWhenANewCertificateIsNotItsOwn) {
  Start();
  agent_.Present({"spiffe://example.org/vch/vch-1"});
  agent_.server().Reload();
  EXPECT_TRUE(agent_.log_lines().Has("TLS files read again"));
  agent_.Present({"spiffe://example.org/vch/vch-2"});
  agent_.server().Reload();
  EXPECT_TRUE(agent_.log_lines().Has("not this agent's"));
}

TEST_F(AgentServerTest, StopsInOrderAndOnlyOnce) {
  Start();
  ASSERT_TRUE(Authorize("registry.example").ok());
  agent_.server().Stop();
  agent_.server().Stop();
  grpc::ClientContext context;
  pb::GetStatusResponse response;
  EXPECT_EQ(stub_->GetStatus(&context, pb::GetStatusRequest(), &response)
                .error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(AgentServerTest, LogsOneLineForEachVerdict) {
  Start();
  ASSERT_TRUE(Authorize("registry.example").ok());
  EXPECT_FALSE(Authorize("user:hunter2@registry.example").ok());
  agent_.Stop();  // a verdict is logged after it was given
  int verdicts = 0;
  for (const std::string& line : agent_.log_lines().lines()) {
    if (absl::StrContains(line, "\"verdict\"")) ++verdicts;
    EXPECT_FALSE(absl::StrContains(line, "hunter2")) << line;
  }
  EXPECT_EQ(verdicts, 1);
}

}  // namespace
}  // namespace pullgate::agent
