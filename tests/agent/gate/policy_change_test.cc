// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What a new policy, or the end of a lease, does to pulls that are open.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using ::pullgate::audit::v1::ClosedTunnel;
using ::testing::HasSubstr;

class PolicyChangeTest : public GateFixture {
 protected:
  PolicyChangeTest() { Open(); }

  static void ExpectOpen(Tunnel& tunnel) {
    EXPECT_TRUE(tunnel.client.Send("ping"));
    EXPECT_EQ(tunnel.registry.Read(4), "ping");
  }
  // What `tunnel` had open has ended, at both ends, and the event is there.
  void ExpectEnded(Tunnel& tunnel, const std::string& why) {
    EXPECT_TRUE(tunnel.client.IsEnded());
    EXPECT_TRUE(tunnel.registry.IsEnded());
    const auto ends = AwaitEarlyEnds(1);
    ASSERT_EQ(ends.size(), 1u);
    EXPECT_EQ(ends[0].closed_tunnel().cause(),
              ClosedTunnel::CAUSE_POLICY_CHANGED);
    EXPECT_THAT(ends[0].message(), HasSubstr(why));
    EXPECT_GT(ends[0].closed_tunnel().bytes_to_registry(), 0);
  }
};

TEST_F(PolicyChangeTest, EndsWhatItDoesNotPermitWithinASecond) {
  Tunnel tunnel = OpenTunnel();
  ExpectOpen(tunnel);
  const absl::Time changed = wall_.Now();
  Hold(WhitelistPolicy(8, {"other.example"}));
  ExpectEnded(tunnel, "policy revision 8 does not permit it any more");
  EXPECT_LT(wall_.Now() - changed, absl::Seconds(1));
}

TEST_F(PolicyChangeTest, LeavesWhatItPermits) {
  Tunnel kept = OpenTunnel(kSecure);
  Tunnel ended = OpenTunnel(kInsecure);
  Hold(WhitelistPolicy(8, {kSecure, "other.example"}));
  ExpectEnded(ended, "");
  ExpectOpen(kept);
}

TEST_F(PolicyChangeTest, GoesByTheEvidenceOfTheTimeNotByDnsOfToday) {
  Tunnel kept = OpenTunnel(kSecure);
  Tunnel ended = OpenTunnel(kInsecure);
  dns_.RemoveForward(kSecure);
  dns_.AddForward(kSecure, "192.0.2.77");
  Hold(WhitelistPolicy(8, {kSecure}));
  ExpectEnded(ended, "");
  ExpectOpen(kept);
}

TEST_F(PolicyChangeTest, EndsWhatWouldHaveToBeVerifiedNow) {
  Tunnel tunnel = OpenTunnel(kInsecure);
  Hold(WhitelistPolicy(8, {kInsecure}));
  ExpectEnded(tunnel, "its certificate has to be verified now");
}

TEST_F(PolicyChangeTest, WithOtherCasTheRegistryIsProvedAgain) {
  Tunnel tunnel = OpenTunnel();
  const size_t before = verifier_.calls();
  const TestCertificate root = MakeTestRoot("Another Root");
  Hold(WithCa(WhitelistPolicy(8, {kSecure}), root.Pem()));
  verifier_.AwaitCalls(before + 1);
  ExpectOpen(tunnel);
  const VerifyRequest request = verifier_.requests().back();
  ASSERT_EQ(request.routes.size(), 1u);
  EXPECT_EQ(request.routes[0].certificate_check, CertificateCheck::kRequired);
  EXPECT_EQ(request.routes[0].port, registry_.port());
}

TEST_F(PolicyChangeTest, WhoIsNotVouchedForAnyMoreIsEnded) {
  Tunnel tunnel = OpenTunnel();
  verifier_.RejectWith("not by these");
  const TestCertificate root = MakeTestRoot("Another Root");
  Hold(WithCa(WhitelistPolicy(8, {kSecure}), root.Pem()));
  ExpectEnded(tunnel, "has other CAs");
}

TEST_F(PolicyChangeTest, EachChangeIsLookedAtNotOnlyTheFirst) {
  Tunnel tunnel = OpenTunnel();
  Hold(WhitelistPolicy(8, {kSecure, "other.example"}));
  ExpectOpen(tunnel);
  Hold(WhitelistPolicy(9, {kSecure, "another.example"}));
  ExpectOpen(tunnel);
  Hold(WhitelistPolicy(10, {"another.example"}));
  ExpectEnded(tunnel, "policy revision 10");
}

TEST_F(PolicyChangeTest, EndsAPlainPullInTheMiddleToo) {
  TcpPeer client = Client();
  client.Send("GET http://" + At(kInsecure) +
              "/blob HTTP/1.1\r\nHost: x\r\n\r\n");
  TcpPeer server = registry_.Accept();
  server.ReadUntil("\r\n\r\n");
  server.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
  client.ReadUntil("\r\n\r\n");
  EXPECT_EQ(client.Read(4), "part");
  Hold(WhitelistPolicy(8, {kSecure}));
  EXPECT_TRUE(client.IsEnded());
  EXPECT_TRUE(server.IsEnded());
  const auto ends = AwaitEarlyEnds(1);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].closed_tunnel().cause(),
            ClosedTunnel::CAUSE_POLICY_CHANGED);
}

TEST_F(PolicyChangeTest, ManyOfOneRegistryAreProvedByOneProof) {
  std::vector<Tunnel> tunnels;
  tunnels.reserve(10);
  for (int i = 0; i < 10; ++i) tunnels.push_back(OpenTunnel());
  const size_t before = verifier_.calls();
  const TestCertificate root = MakeTestRoot("Another Root");
  Hold(WithCa(WhitelistPolicy(8, {kSecure}), root.Pem()));
  verifier_.AwaitCalls(before + 1);
  for (Tunnel& tunnel : tunnels) ExpectOpen(tunnel);
  EXPECT_TRUE(verifier_.requests().back().any_http_answer);
  EXPECT_LE(verifier_.calls(), before + 2);
}

TEST_F(PolicyChangeTest, TheEndOfTheLeaseEndsAll) {
  Hold(WhitelistPolicy(7, {kSecure}, {kInsecure}), absl::Milliseconds(800));
  Tunnel tunnel = OpenTunnel();
  ExpectOpen(tunnel);
  ExpectEnded(tunnel, "the lease");
}

}  // namespace
}  // namespace pullgate::agent
