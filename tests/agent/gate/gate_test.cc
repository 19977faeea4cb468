// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class GateTest : public GateFixture {};

TEST(ParseGateListenTest, APortAloneIsOnLoopback) {
  EXPECT_EQ(ParseGateListen("3128")->ToString(), "127.0.0.1:3128");
  EXPECT_EQ(ParseGateListen(":3128")->ToString(), "127.0.0.1:3128");
  EXPECT_EQ(ParseGateListen("[::1]:0")->ToString(), "[::1]:0");
  EXPECT_TRUE(ParseGateListen("127.9.9.9:1")->is_loopback());
  EXPECT_TRUE(ParseGateListen("[::1]:1")->is_loopback());
  EXPECT_FALSE(ParseGateListen("0.0.0.0:1")->is_loopback());
}

TEST(ParseGateListenTest, SaysWhatItExpects) {
  for (const char* text :
       {"localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:1",
        "[127.0.0.1]:1", "[::1]", "-1", "+1", "1 ", "127.0.0.1:-1"}) {
    const auto listen = ParseGateListen(text);
    EXPECT_FALSE(listen.ok()) << text;
    EXPECT_THAT(std::string(listen.status().message()), HasSubstr("3128"));
  }
}

TEST_F(GateTest, APortInUseIsSaidAtTheStart) {
  Open();
  options_.listen->port = gate_->listen().port;
  const auto second =
      Gate::Start(options_, {&authorizer_, &holder_, &chooser_, &spool_, &log_,
                             &metrics_, &wall_, &boot_});
  EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("gate.listen"));
}

TEST_F(GateTest, WaitsForTheVerdictBeforeItConnects) {
  Open();
  verifier_.Block();
  TcpPeer client = Client();
  client.Send(ConnectText(At(kSecure)));
  verifier_.AwaitCalls(1);
  EXPECT_TRUE(registry_.IsUntouched());
  verifier_.Release();
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(GateTest, AClientThatLeftMeanwhileHarmsNothing) {
  Open();
  verifier_.Block();
  {
    TcpPeer client = Client();
    client.Send(ConnectText(At(kSecure)));
    verifier_.AwaitCalls(1);
    client.Reset();
  }
  verifier_.Release();
  EXPECT_TRUE(registry_.Accept().IsEnded());
  OpenTunnel();
}

TEST_F(GateTest, DialsWhatWasVerifiedWhateverDnsSaysLater) {
  Open();
  verifier_.Meanwhile([this] {
    dns_.RemoveForward(kSecure);
    dns_.AddForward(kSecure, "192.0.2.99");
  });
  OpenTunnel();
}

TEST_F(GateTest, DrainLetsOpenTunnelsEndByThemselves) {
  Open();
  Tunnel tunnel = OpenTunnel();
  gate_->Drain();
  // New ones are refused, the open one goes on and may end.
  tunnel.client.Send("ping");
  EXPECT_EQ(tunnel.registry.Read(4), "ping");
  Threads threads;
  threads.Start([this] { gate_->Stop(wall_.Now() + absl::Seconds(30)); });
  tunnel.registry.Send("pong");
  EXPECT_EQ(tunnel.client.Read(4), "pong");
  tunnel.client.Close();
  EXPECT_TRUE(tunnel.registry.IsEnded());
  tunnel.registry.Close();
  threads.Join();
  EXPECT_FALSE(Client().is_open());
}

TEST_F(GateTest, StopEndsWhatIsStillOpenAtTheDeadline) {
  Open();
  Tunnel tunnel = OpenTunnel();
  const absl::Time started = wall_.Now();
  gate_->Stop(started + absl::Milliseconds(200));
  EXPECT_TRUE(tunnel.client.IsEnded());
  EXPECT_TRUE(tunnel.registry.IsEnded());
  EXPECT_LT(wall_.Now() - started, absl::Seconds(2));
}

TEST_F(GateTest, StopDoesNotWaitForClientsBetweenRequests) {
  Open();
  TcpPeer client = Client();
  client.Send("GET http://" + At(kInsecure) + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
  TcpPeer server = registry_.Accept();
  server.ReadUntil("\r\n\r\n");
  server.Send("HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 204"));
  const absl::Time started = wall_.Now();
  gate_->Stop(started + absl::Seconds(30));
  EXPECT_TRUE(client.IsEnded());
  EXPECT_LT(wall_.Now() - started, absl::Seconds(10));
}

TEST_F(GateTest, AnIdleTunnelIsClosedAfterTheTimeout) {
  options_.idle_timeout = absl::Milliseconds(200);
  Open();
  Tunnel tunnel = OpenTunnel();
  EXPECT_TRUE(tunnel.client.IsEnded());
  EXPECT_TRUE(tunnel.registry.IsEnded());
}

TEST_F(GateTest, ATunnelInUseIsNotIdle) {
  options_.idle_timeout = absl::Milliseconds(300);
  Open();
  Tunnel tunnel = OpenTunnel();
  const absl::Time end = wall_.Now() + absl::Milliseconds(900);
  while (wall_.Now() < end) {
    ASSERT_TRUE(tunnel.client.Send("x"));
    ASSERT_EQ(tunnel.registry.Read(1), "x");
  }
}

TEST_F(GateTest, AClientThatSendsNoHelloInTimeIsEnded) {
  options_.header_timeout = absl::Milliseconds(100);
  Open();
  TcpPeer client = Client();
  Ask(client, ConnectText(At(kSecure)));
  EXPECT_TRUE(client.IsEnded());
  const auto ends = AwaitEarlyEnds(1);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_THAT(ends[0].message(), HasSubstr("no ClientHello in time"));
}

TEST_F(GateTest, CountsWhatItDoes) {
  Open();
  {
    Tunnel tunnel = OpenTunnel();
    TcpPeer client = Client();
    Ask(client, ConnectText("denied.example:443"));
  }
  const absl::Time late = wall_.Now() + absl::Seconds(10);
  while (gate_->load().connections > 0 && wall_.Now() < late) {
  }
  const std::string metrics = metrics_.Text();
  for (const char* line :
       {"pullgate_agent_gate_requests_total{result=\"tunnel\"} 1",
        "pullgate_agent_gate_requests_total{result=\"denied\"} 1",
        "pullgate_agent_gate_bytes_total{direction=\"to_registry\"}"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
}

}  // namespace
}  // namespace pullgate::agent
