// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"

namespace pullgate::agent {
namespace {

using ::pullgate::audit::v1::AuditEvent;
using ::pullgate::audit::v1::ClosedTunnel;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TunnelTest : public GateFixture {
 protected:
  TunnelTest() { Open(); }

  // Sends that instead of a ClientHello, and gives the event that it made.
  AuditEvent SendFirst(const std::string& bytes, const std::string& authority) {
    TcpPeer client = Client();
    EXPECT_THAT(Ask(client, ConnectText(authority)),
                StartsWith("HTTP/1.1 200"));
    client.Send(bytes);
    EXPECT_TRUE(client.IsEnded());
    TcpPeer registry = registry_.Accept();
    EXPECT_TRUE(registry.IsEnded()) << "something got through";
    const auto ends = AwaitEarlyEnds(1);
    return ends.empty() ? AuditEvent() : ends.front();
  }
};

TEST_F(TunnelTest, CarriesBytesBothWaysOnceTheHelloIsRight) {
  Tunnel tunnel = OpenTunnel();
  EXPECT_TRUE(tunnel.client.Send("ping"));
  EXPECT_EQ(tunnel.registry.Read(4), "ping");
  EXPECT_TRUE(tunnel.registry.Send("pong"));
  EXPECT_EQ(tunnel.client.Read(4), "pong");

  const auto events = spool_.events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].asked(), At(kSecure));
  EXPECT_EQ(events[0].transport().address(), "127.0.0.1");
  EXPECT_EQ(gate_->load().tunnels, 1u);
}

TEST_F(TunnelTest, AnotherServerNameEndsItAndIsAnEvent) {
  const AuditEvent event =
      SendFirst(ClientHelloFor("other.example"), At(kSecure));
  EXPECT_EQ(event.kind(), AuditEvent::KIND_TUNNEL_CLOSED);
  EXPECT_EQ(event.closed_tunnel().cause(), ClosedTunnel::CAUSE_SERVER_NAME);
  EXPECT_EQ(event.closed_tunnel().server_name(), "other.example");
  EXPECT_EQ(event.closed_tunnel().verdict_event_id(),
            spool_.events()[0].event_id());
  EXPECT_EQ(event.closed_tunnel().bytes_to_registry(), 0);
  EXPECT_EQ(event.asked(), At(kSecure));
  EXPECT_THAT(event.message(), HasSubstr("is for \"other.example\""));
}

}  // namespace
}  // namespace pullgate::agent
