// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/refusal.h"

#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"

namespace pullgate::agent {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ReasonPhraseTest, IsOneLineOfPrintableAscii) {
  EXPECT_EQ(ReasonPhrase("a\r\nX-Evil: b\tc\x01 d"), "a X-Evil: b c d");
  EXPECT_EQ(ReasonPhrase("b\xc3\xbc\x7f"), "b??");
  EXPECT_EQ(ReasonPhrase("  "), "");
  const std::string cut = ReasonPhrase(std::string(5000, 'a'));
  EXPECT_EQ(cut.size(), 512u);
  EXPECT_THAT(cut, EndsWith("..."));
}

class RefusalTest : public GateFixture {
 protected:
  RefusalTest() { Open(); }

  // The whole answer to a request on a connection of its own.
  std::string AnswerTo(const std::string& text) {
    TcpPeer client = Client();
    client.Send(text);
    return client.ReadAll();
  }
};

TEST_F(RefusalTest, ADenialSaysWhyInThePhraseAndInTheBody) {
  const std::string answer = AnswerTo(ConnectText("denied.example:443"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  const std::string phrase = answer.substr(13, answer.find("\r\n") - 13);
  EXPECT_THAT(phrase, HasSubstr("denied.example"));
  const std::string event_id = spool_.events()[0].event_id();
  EXPECT_EQ(ReasonPhrase(spool_.events()[0].message()), phrase);
  EXPECT_THAT(answer, AllOf(HasSubstr("\r\nConnection: close\r\n"),
                            HasSubstr("\r\nContent-Type: application/json\r\n"),
                            HasSubstr("\"reason\":\"NOT_WHITELISTED\""),
                            HasSubstr("\"decision_id\":\"pdp-decision\""),
                            HasSubstr("\"registry\":\"denied.example\""),
                            HasSubstr("\"event_id\":\"" + event_id + "\"")));
  EXPECT_TRUE(registry_.IsUntouched());
}

TEST_F(RefusalTest, ADenialNamesTheNearestRules) {
  Hold(WhitelistPolicy(8, {"registry.corp.example:5000"}));
  dns_.AddForward("registry.corp.example", "192.0.2.9");
  EXPECT_THAT(AnswerTo(ConnectText("registry.corp.example:443")),
              HasSubstr("\"nearest_rules\":[\"whitelist[0] "
                        "\\\"registry.corp.example:5000\\\""));
}

TEST_F(RefusalTest, AnUnreachableRegistryIs502WithTheCause) {
  verifier_.BeUnreachable("nobody listens at 127.0.0.1");
  const std::string answer = AnswerTo(ConnectText(At(kSecure)));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 nobody listens at 127.0.0.1"));
  EXPECT_THAT(answer, HasSubstr("\"reason\":\"REGISTRY_UNREACHABLE\""));
}

TEST_F(RefusalTest, SoIsOneThatWentAwayAfterItWasVerified) {
  registry_.Close();
  const std::string answer = AnswerTo(ConnectText(At(kSecure)));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 502 " + At(kSecure)));
  EXPECT_THAT(answer, HasSubstr("Connection refused"));
}

TEST_F(RefusalTest, ACertificateThatDoesNotVerifyIs403) {
  verifier_.RejectWith("secure.example presented a certificate that expired");
  EXPECT_THAT(AnswerTo(ConnectText(At(kSecure))),
              AllOf(StartsWith("HTTP/1.1 403 secure.example presented"),
                    HasSubstr("\"reason\":\"CERTIFICATE_REJECTED\"")));
}

TEST_F(RefusalTest, WhatCannotBeRecordedIsNotTunnelled) {
  spool_.FailWith(absl::ResourceExhaustedError("the spool is full"));
  EXPECT_THAT(AnswerTo(ConnectText(At(kSecure))),
              AllOf(StartsWith("HTTP/1.1 503 "),
                    HasSubstr("\"reason\":\"AUDIT_UNAVAILABLE\"")));
  EXPECT_TRUE(registry_.IsUntouched());
}

TEST_F(RefusalTest, NobodyIsAskedForAPassword) {
  EXPECT_THAT(AnswerTo(ConnectText("denied.example:443")),
              Not(HasSubstr("Proxy-Authenticate")));
}

TEST_F(RefusalTest, AHostThatARegistryLedToIsNamedWithIt) {
  const Tunnel tunnel = OpenTunnel();
  const std::string answer = AnswerTo(ConnectText("denied.example:443"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 blob host denied.example of "
                                 "secure.example is not whitelisted"));
  EXPECT_THAT(spool_.events().back().message(),
              StartsWith("blob host denied.example of secure.example"));
}

TEST_F(RefusalTest, OnceTheClientHasLeftItsRegistryNothingIsGuessed) {
  {
    Tunnel tunnel = OpenTunnel();
    tunnel.client.ShutdownSend();
    EXPECT_TRUE(tunnel.registry.IsEnded());
    EXPECT_THAT(AnswerTo(ConnectText("denied.example:443")),
                Not(HasSubstr("blob host")));
  }
}

TEST_F(RefusalTest, APermittedRegistryOverHttpOnlyIsToBeAskedWithoutTls) {
  chooser_.HttpOnly();
  const std::string answer = AnswerTo(ConnectText(At(kInsecure)));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 " + At(kInsecure) +
                                 " does not speak TLS"));
  EXPECT_THAT(answer, HasSubstr("\"reason\":\"PLAINTEXT_ONLY\""));
  EXPECT_TRUE(registry_.IsUntouched());
}

TEST_F(RefusalTest, ASecureRegistryIsNotReachedInPlaintext) {
  const std::string answer = AnswerTo("GET http://" + At(kSecure) +
                                      "/v2/ HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(answer, HasSubstr("\"reason\":\"PLAINTEXT_REFUSED\""));
  EXPECT_TRUE(registry_.IsUntouched());
}

TEST_F(RefusalTest, TheAnswerToHeadHasNoBody) {
  const std::string answer =
      AnswerTo("HEAD http://denied.example/v2/ HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace pullgate::agent
