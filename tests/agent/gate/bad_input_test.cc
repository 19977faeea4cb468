// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What comes from clients that are broken or hostile: a clear answer, an end,
// and a count; and never a connection to anywhere.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class BadInputTest : public GateFixture {
 protected:
  std::string AnswerTo(const std::string& bytes) {
    TcpPeer client = Client();
    client.Send(bytes);
    return client.ReadAll();
  }
};

TEST_F(BadInputTest, IsAnsweredWithWhatIsWrongAndClosed) {
  Open();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a ClientHello", "400"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"TRACE http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
      {"CONNECT secure.example HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"CONNECT x:443 HTTP/1.1\r\n\r\n", "400"},
      {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
      {"CONNECT 127.0.0.1:99999 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"POST http://x/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"POST http://x/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
       "Content-Length: 2\r\n\r\nab",
       "400"},
      {"POST http://x/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
       "501"},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\nX: " + std::string(40000, 'x') +
           "\r\n\r\n",
       "431"},
      {"GET http://x/" + std::string(9000, 'x') +
           " HTTP/1.1\r\nHost: x\r\n\r\n",
       "414"},
      {"GET https://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"GET http://x/ HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n", "417"},
  };
  for (const auto& [bytes, status] : cases) {
    const std::string answer = AnswerTo(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status + " ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << bytes;
    EXPECT_THAT(answer, HasSubstr("{\"reason\":")) << bytes;
  }
  EXPECT_TRUE(registry_.IsUntouched());
  EXPECT_TRUE(spool_.events().empty());
  EXPECT_THAT(metrics_.Text(),
              HasSubstr(absl::StrCat(
                  "pullgate_agent_gate_requests_total{result=\"bad_request\"} ",
                  cases.size())));
}

TEST_F(BadInputTest, WhatIsPipelinedBehindABadRequestIsNotRead) {
  Open();
  const std::string answer =
      AnswerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + ConnectText(At(kSecure)));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_TRUE(registry_.IsUntouched());
}

TEST_F(BadInputTest, AHeaderThatDoesNotEndIsTimedOut) {
  options_.header_timeout = absl::Milliseconds(100);
  Open();
  EXPECT_THAT(AnswerTo("CONNECT secure.example:443 HTT"),
              StartsWith("HTTP/1.1 408 "));
}

TEST_F(BadInputTest, AClientWithoutAWordIsClosedWithoutOne) {
  options_.header_timeout = absl::Milliseconds(100);
  Open();
  EXPECT_EQ(AnswerTo(""), "");
}

TEST_F(BadInputTest, AClientThatLeavesInTheMiddleIsForgotten) {
  Open();
  for (int i = 0; i < 20; ++i) {
    TcpPeer client = Client();
    client.Send("CONNECT secure.exa");
    if (i % 2 == 0) client.Reset();
  }
  // A question later all of them are gone.
  AnswerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const absl::Time late = wall_.Now() + absl::Seconds(10);
  while (gate_->load().connections > 0 && wall_.Now() < late) {
    AnswerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_EQ(gate_->load().connections, 0u);
}

TEST_F(BadInputTest, MoreConnectionsThanAllowedAreTurnedAway) {
  options_.max_connections = 2;
  Open();
  const Tunnel first = OpenTunnel();
  Tunnel second = OpenTunnel();
  EXPECT_THAT(AnswerTo(""), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(gate_->load().connections, 2u);
  second.client.Close();
  EXPECT_TRUE(second.registry.IsEnded());
  second.registry.Close();
  const absl::Time late = wall_.Now() + absl::Seconds(10);
  while (gate_->load().connections > 1 && wall_.Now() < late) {
  }
  OpenTunnel();
}

TEST_F(BadInputTest, OneClientMayBeAllowedLessThanAll) {
  options_.max_connections_per_client = 1;
  Open();
  const Tunnel first = OpenTunnel();
  const std::string answer = AnswerTo("");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("\"reason\":\"OVERLOADED\""));
}

}  // namespace
}  // namespace pullgate::agent
