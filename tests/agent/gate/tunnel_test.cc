// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <sys/socket.h>
#include <sys/time.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"
#include "tests/support/threads.h"

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

TEST_F(TunnelTest, NoServerNameEndsIt) {
  const AuditEvent event = SendFirst(ClientHelloFor(""), At(kSecure));
  EXPECT_EQ(event.closed_tunnel().cause(), ClosedTunnel::CAUSE_SERVER_NAME);
}

TEST_F(TunnelTest, WhatIsNoTlsEndsItAlsoWhereNothingIsVerified) {
  const AuditEvent event =
      SendFirst("GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n", At(kInsecure));
  EXPECT_EQ(event.closed_tunnel().cause(), ClosedTunnel::CAUSE_NOT_TLS);
}

TEST_F(TunnelTest, AnAddressIsReachedWithoutAServerName) {
  Hold(WhitelistPolicy(8, {"127.0.0.1"}));
  TcpPeer client = Client();
  EXPECT_THAT(Ask(client, ConnectText(At("127.0.0.1"))),
              StartsWith("HTTP/1.1 200"));
  const std::string hello = ClientHelloFor("");
  client.Send(hello);
  TcpPeer registry = registry_.Accept();
  EXPECT_EQ(registry.Read(hello.size()), hello);
}

TEST_F(TunnelTest, AnAddressAskedWithAServerNameEndsIt) {
  Hold(WhitelistPolicy(8, {"127.0.0.1"}));
  const AuditEvent event =
      SendFirst(ClientHelloFor("secure.example"), At("127.0.0.1"));
  EXPECT_EQ(event.closed_tunnel().cause(), ClosedTunnel::CAUSE_SERVER_NAME);
}

TEST_F(TunnelTest, AHelloInManyPiecesGoesThroughWhole) {
  TcpPeer client = Client();
  Ask(client, ConnectText(At(kSecure)));
  const std::string hello = InRecordsOf(40, ClientHelloFor(kSecure));
  for (size_t at = 0; at < hello.size(); at += 7) {
    client.Send(absl::string_view(hello).substr(at, 7));
  }
  TcpPeer registry = registry_.Accept();
  EXPECT_EQ(registry.Read(hello.size()), hello);
}

TEST_F(TunnelTest, AHelloSentWithoutWaitingForTheAnswerIsTaken) {
  TcpPeer client = Client();
  const std::string hello = ClientHelloFor(kSecure);
  EXPECT_THAT(Ask(client, ConnectText(At(kSecure)) + hello),
              StartsWith("HTTP/1.1 200"));
  TcpPeer registry = registry_.Accept();
  EXPECT_EQ(registry.Read(hello.size()), hello);
}

TEST_F(TunnelTest, WhatARegistrySaysUnaskedWaitsForTheHello) {
  TcpPeer client = Client();
  Ask(client, ConnectText(At(kSecure)));
  TcpPeer registry = registry_.Accept();
  registry.Send("220 welcome\r\n");
  client.Send(ClientHelloFor("other.example"));
  EXPECT_TRUE(client.IsEnded());
}

TEST_F(TunnelTest, EachSideEndsByItself) {
  Tunnel tunnel = OpenTunnel();
  tunnel.client.Send("last words");
  tunnel.client.ShutdownSend();
  EXPECT_EQ(tunnel.registry.ReadAll(), "last words");
  const std::string answer(3 << 20, 'x');
  EXPECT_TRUE(tunnel.registry.Send(answer));
  tunnel.registry.Close();
  EXPECT_EQ(tunnel.client.ReadAll(), answer);
}

TEST_F(TunnelTest, TheRegistryMayEndFirst) {
  Tunnel tunnel = OpenTunnel();
  tunnel.registry.Send("bye");
  tunnel.registry.ShutdownSend();
  EXPECT_EQ(tunnel.client.ReadAll(), "bye");
  EXPECT_TRUE(tunnel.client.Send("ok"));
  EXPECT_EQ(tunnel.registry.Read(2), "ok");
}

TEST_F(TunnelTest, AResetOfOneEndsTheOther) {
  Tunnel tunnel = OpenTunnel();
  tunnel.registry.Reset();
  EXPECT_TRUE(tunnel.client.IsEnded());
  Tunnel other = OpenTunnel();
  other.client.Reset();
  EXPECT_TRUE(other.registry.IsEnded());
}

TEST_F(TunnelTest, ASlowReaderHoldsTheSenderBack) {
  Tunnel tunnel = OpenTunnel();
  const timeval soon = {0, 300'000};
  setsockopt(tunnel.registry.fd(), SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
  // Nobody reads: far less than this fits into buffers and pipes.
  const std::string much(size_t{256} << 20, 'x');
  EXPECT_FALSE(tunnel.registry.Send(much));
}

TEST_F(TunnelTest, BytesArriveAsTheyWereSent) {
  Tunnel tunnel = OpenTunnel();
  std::string bytes(20 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  }
  Threads threads;
  threads.Start([&] { tunnel.registry.Send(bytes); });
  threads.Start([&] { tunnel.client.Send(bytes); });
  threads.Start([&] { EXPECT_EQ(tunnel.registry.Read(bytes.size()), bytes); });
  EXPECT_EQ(tunnel.client.Read(bytes.size()), bytes);
}

TEST_F(TunnelTest, ManyAtOnceDoNotMixTheirBytes) {
  std::vector<Tunnel> tunnels;
  tunnels.reserve(50);
  for (int i = 0; i < 50; ++i) tunnels.push_back(OpenTunnel());
  Threads threads;
  for (size_t i = 0; i < tunnels.size(); ++i) {
    threads.Start([&tunnel = tunnels[i], i] {
      const std::string mine(100'000, static_cast<char>('0' + i));
      tunnel.client.Send(mine);
      EXPECT_EQ(tunnel.registry.Read(mine.size()), mine);
    });
  }
}

}  // namespace
}  // namespace pullgate::agent
