// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The gate as part of a whole agent.

#include <string>

#include "agent/server/agent_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"
#include "tests/support/agent/running_agent.h"
#include "tests/support/tcp_peer.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::agent::v1;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class AgentGateTest : public ::testing::Test {
 protected:
  void Start() {
    const absl::Status started = agent_.Start();
    ASSERT_TRUE(started.ok()) << started;
  }
  pb::GetStatusResponse GetStatus() {
    pb::GetStatusResponse response;
    const grpc::Status status =
        pb::AgentService::NewStub(agent_.Connect())
            ->GetStatus(Context().get(), pb::GetStatusRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  RunningAgent agent_;
};

TEST_F(AgentGateTest, TellsWhereItListensAndRefusesWhatNobodyDecides) {
  agent_.options().gate.listen = ParseGateListen("127.0.0.1:0").value();
  Start();
  const pb::GetStatusResponse::GateStatus gate = GetStatus().gate();
  const auto listen = ParseGateListen(gate.listen());
  ASSERT_TRUE(listen.ok()) << gate.listen();
  EXPECT_NE(listen->port, 0);
  EXPECT_TRUE(agent_.log_lines().Has(gate.listen()));

  TcpPeer client = TcpPeer::ConnectTo(listen->port);
  client.Send("CONNECT registry.example:443 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadAll(),
              AllOf(StartsWith("HTTP/1.1 503 Nobody could decide"),
                    HasSubstr("\"reason\":\"PDP_UNREACHABLE\"")));
  EXPECT_EQ(GetStatus().gate().tunnels(), 0);
}

TEST_F(AgentGateTest, IsThereOnlyIfItIsConfigured) {
  Start();
  EXPECT_EQ(GetStatus().gate().listen(), "");
}

TEST_F(AgentGateTest, APortInUseKeepsTheAgentFromStarting) {
  const TcpListener other;
  agent_.options().gate.listen = {IpAddress::Parse("127.0.0.1").value(),
                                  other.port()};
  EXPECT_THAT(std::string(agent_.Start().message()), HasSubstr("gate.listen"));
}

}  // namespace
}  // namespace pullgate::agent
