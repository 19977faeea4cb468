// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_server.h"

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/deadline.h"
#include "common/rpc/grpc_status.h"
#include "common/status/error_info.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "pullgate/decision/v1/decision_service.grpc.pb.h"
#include "pullgate/policy/v1/policy_service.grpc.pb.h"
#include "tests/support/pdp/running_pdp.h"

namespace pullgate::pdp {
namespace {

namespace decision = pullgate::decision::v1;
namespace policy = pullgate::policy::v1;
using grpc::health::v1::Health;

class PdpServerTest : public ::testing::Test {
 protected:
  absl::StatusOr<decision::Decision> Check(
      const std::shared_ptr<grpc::Channel>& channel,
      const std::string& registry, const std::string& vch = "vchs/a") {
    decision::CheckPullRequest request;
    request.set_vch(vch);
    request.set_registry(registry);
    request.mutable_evidence()->set_outcome(
        decision::Evidence::OUTCOME_LOOKED_UP);
    decision::CheckPullResponse response;
    const grpc::Status status =
        decision::DecisionService::NewStub(channel)->CheckPull(
            Context().get(), request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response.decision();
  }

  absl::StatusOr<policy::Policy> Get(
      const std::shared_ptr<grpc::Channel>& channel, const std::string& vch) {
    policy::GetPolicyRequest request;
    request.set_name("vchs/" + vch + "/policy");
    policy::GetPolicyResponse response;
    const grpc::Status status =
        policy::PolicyService::NewStub(channel)->GetPolicy(Context().get(),
                                                           request, &response);
    if (!status.ok()) return FromGrpcStatus(status);
    return response.policy();
  }

  int CountLines(const std::string& text) {
    int count = 0;
    for (const std::string& line : pdp_.log_lines().lines()) {
      count += absl::StrContains(line, text) ? 1 : 0;
    }
    return count;
  }

  RunningPdp pdp_;
};

TEST_F(PdpServerTest, DecidesByThePolicyThatWasSet) {
  const auto agent = pdp_.AsAgent("a");
  EXPECT_EQ(Check(agent, "registry.example")->reason(),
            decision::DENY_REASON_NO_POLICY);
  const int64_t revision = pdp_.SetPolicy("a", "registry.example");
  const auto permitted = Check(agent, "registry.example");
  ASSERT_TRUE(permitted.ok()) << permitted.status();
  EXPECT_EQ(permitted->effect(), decision::EFFECT_PERMIT);
  EXPECT_EQ(permitted->policy_revision(), revision);
  EXPECT_EQ(Check(pdp_.AsOperator("victor"), "other.example")->effect(),
            decision::EFFECT_DENY);
  EXPECT_EQ(Check(pdp_.OverSocket(), "registry.example")->effect(),
            decision::EFFECT_PERMIT);
  EXPECT_TRUE(
      absl::StrContains(pdp_.metrics().Text(), "pullgate_decisions_total"));
  // Its lines are made aside, but none is lost.
  pdp_.Stop();
  EXPECT_EQ(CountLines("\"pull decided\""), 4);
}

TEST_F(PdpServerTest, AnAgentAskingForAnotherVchIsRefusedLoggedAndCounted) {
  const absl::Status status =
      Check(pdp_.AsAgent("a"), "registry.example", "vchs/b").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "OTHER_VCH");
  EXPECT_TRUE(pdp_.log_lines().Has("vch/a may not speak for vchs/b"));
  EXPECT_TRUE(absl::StrContains(pdp_.metrics().Text(), "PERMISSION_DENIED"));
}

TEST_F(PdpServerTest, RolesAreKept) {
  pdp_.SetPolicy("a", "registry.example");
  EXPECT_TRUE(Get(pdp_.AsOperator("victor"), "a").ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Get(pdp_.AsAgent("a"), "a").status()));
  EXPECT_TRUE(
      absl::IsPermissionDenied(Get(pdp_.AsOperator("mallory"), "a").status()));
  policy::DeletePolicyRequest request;
  request.set_name("vchs/a/policy");
  policy::DeletePolicyResponse response;
  const auto victor = policy::PolicyService::NewStub(pdp_.AsOperator("victor"));
  EXPECT_EQ(
      victor->DeletePolicy(Context().get(), request, &response).error_code(),
      grpc::StatusCode::PERMISSION_DENIED);
  const auto alice = policy::PolicyService::NewStub(pdp_.AsOperator("alice"));
  EXPECT_TRUE(alice->DeletePolicy(Context().get(), request, &response).ok());
}

TEST_F(PdpServerTest, AStrangersCertificateDoesNotGetPastTheHandshake) {
  const SpiffePki foreign("Foreign CA");
  decision::CheckPullRequest request;
  decision::CheckPullResponse response;
  grpc::ClientContext context;
  SetDeadline(absl::Now() + absl::Seconds(20), context);
  const auto stub = decision::DecisionService::NewStub(
      pdp_.Connect(foreign, {"spiffe://example.org/operator/alice"}));
  EXPECT_EQ(stub->CheckPull(&context, request, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(PdpServerTest, BadInputIsNamedByField) {
  const absl::Status status = Check(pdp_.AsAgent("a"), "10.1.2.300").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(FieldViolationsOf(status).size(), 1u);
  EXPECT_EQ(FieldViolationsOf(status)[0].field, "registry");
}

TEST_F(PdpServerTest, PoliciesAndRevisionsSurviveARestart) {
  pdp_.SetPolicy("a", "registry.example");
  const auto before = Get(pdp_.OverSocket(), "a");
  const int64_t decided_by =
      Check(pdp_.AsAgent("a"), "registry.example")->policy_revision();
  pdp_.Restart();
  const auto after = Get(pdp_.OverSocket(), "a");
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->SerializeAsString(), before->SerializeAsString());
  EXPECT_EQ(Check(pdp_.AsAgent("a"), "registry.example")->policy_revision(),
            decided_by);
  EXPECT_GT(pdp_.SetPolicy("a", "other.example"), decided_by);
}

TEST_F(PdpServerTest, ASecondPdpOnTheSameDirectoryDoesNotStart) {
  PdpOptions second = pdp_.options();
  second.socket.clear();
  FakeLogSink lines;
  SystemClock clock;
  Logger log(&lines, &clock);
  Metrics metrics;
  EXPECT_EQ(PdpServer::Start(second, {&log, &lines, &metrics, &clock})
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(PdpServerTest, APortThatIsTakenIsSaidAndLeavesNothingBehind) {
  const int port = pdp_.server().port();
  PdpOptions second = pdp_.options();
  second.socket.clear();
  second.data_directory += "-2";
  second.listen = absl::StrCat("127.0.0.1:", port);
  FakeLogSink lines;
  SystemClock clock;
  Logger log(&lines, &clock);
  Metrics metrics;
  const PdpServer::Surroundings around = {&log, &lines, &metrics, &clock};
  const absl::Status taken = PdpServer::Start(second, around).status();
  EXPECT_EQ(taken.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(taken.message(), second.listen));
  second.listen = "127.0.0.1:0";
  EXPECT_TRUE(PdpServer::Start(second, around).ok());
}

TEST_F(PdpServerTest, HealthSaysNotServingBeforeTheDrainEnds) {
  const auto stub = Health::NewStub(pdp_.OverSocket());
  const auto context = Context();
  const auto watch =
      stub->Watch(context.get(), grpc::health::v1::HealthCheckRequest());
  grpc::health::v1::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  std::thread stopper([this] { pdp_.server().Shutdown(); });
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(),
            grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  context->TryCancel();
  stopper.join();
}

TEST_F(PdpServerTest, ReloadTakesOverOperatorsAndTheDefaultPolicy) {
  const auto victor = pdp_.AsOperator("victor");
  PdpOptions next = pdp_.options();
  next.operators.erase("victor");
  next.default_policy.emplace();
  next.default_policy->set_mode(policy::Policy::MODE_OPEN);
  next.decision_ttl = absl::Minutes(1);
  next.effective.mutable_decision_ttl()->set_seconds(60);
  ASSERT_TRUE(pdp_.server().Reload(next).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Get(victor, "a").status()));
  EXPECT_EQ(Check(pdp_.AsAgent("a"), "registry.example")->effect(),
            decision::EFFECT_PERMIT);
  EXPECT_TRUE(pdp_.log_lines().Has("\"state\":\"decision_ttl\""));
}

}  // namespace
}  // namespace pullgate::pdp
