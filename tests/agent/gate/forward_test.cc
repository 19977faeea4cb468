// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Plain HTTP through the gate, with a hand-driven client and registry.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/agent/gate/gate_fixture.h"
#include "tests/support/threads.h"

namespace pullgate::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kEnd[] = "\r\n\r\n";

class ForwardTest : public GateFixture {
 protected:
  ForwardTest() {
    Open();
    client_ = Client();
  }

  std::string RequestText(const std::string& method,
                          const std::string& fields = "") const {
    return absl::StrCat(method, " http://", At(kInsecure),
                        "/v2/x HTTP/1.1\r\nHost: elsewhere\r\n", fields,
                        "\r\n");
  }
  // Sends the request, and gives its header as the registry gets it.
  std::string Forward(const std::string& method,
                      const std::string& fields = "") {
    client_.Send(RequestText(method, fields));
    if (!server_.is_open()) server_ = registry_.Accept();
    return server_.ReadUntil(kEnd);
  }
  // Sends the response, and gives its header as the client gets it.
  std::string Answer(const std::string& text) {
    server_.Send(text);
    return client_.ReadUntil(kEnd);
  }

  TcpPeer client_;
  TcpPeer server_;
};

TEST_F(ForwardTest, AGetGoesToThePinnedAddressAndComesBack) {
  EXPECT_EQ(Forward("GET", "Authorization: Bearer t\r\n"),
            absl::StrCat("GET /v2/x HTTP/1.1\r\nHost: ", At(kInsecure),
                         "\r\nAuthorization: Bearer t\r\n"
                         "Via: 1.1 pullgate\r\n\r\n"));
  EXPECT_EQ(Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"),
            "HTTP/1.1 200 OK\r\nX: y\r\nVia: 1.1 pullgate\r\n"
            "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(client_.Read(5), "hello");
  ASSERT_EQ(spool_.events().size(), 1u);
  EXPECT_EQ(spool_.events()[0].transport().scheme(),
            pullgate::decision::v1::SCHEME_HTTP);
}

TEST_F(ForwardTest, BothConnectionsCarryTheNextRequest) {
  for (int i = 0; i < 3; ++i) {
    Forward("GET");
    Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(client_.Read(2), "ok");
  }
  EXPECT_EQ(spool_.events().size(), 3u);  // each was authorized
  EXPECT_TRUE(registry_.IsUntouched());   // after the first connection
}

TEST_F(ForwardTest, PipelinedRequestsAreAnsweredInOrder) {
  client_.Send(RequestText("GET") + RequestText("GET"));
  server_ = registry_.Accept();
  for (const std::string body : {"1", "2"}) {
    EXPECT_THAT(server_.ReadUntil(kEnd), StartsWith("GET /v2/x"));
    Answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + body);
    EXPECT_EQ(client_.Read(1), body);
  }
}

TEST_F(ForwardTest, AConnectionThatTheRegistryClosedIsReplaced) {
  Forward("GET");
  Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  server_.Close();
  Forward("GET");
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(ForwardTest, ARequestThatAnOldConnectionSwallowedIsSentAgain) {
  Forward("GET");
  Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  Forward("GET");
  server_.Close();  // with the request in it
  server_ = registry_.Accept();
  EXPECT_THAT(server_.ReadUntil(kEnd), StartsWith("GET /v2/x"));
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(ForwardTest, HeadRangesAndNotModifiedHaveNoBody) {
  EXPECT_THAT(Forward("HEAD", "Range: bytes=5-\r\n"),
              AllOf(StartsWith("HEAD "), HasSubstr("Range: bytes=5-\r\n")));
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
              HasSubstr("Content-Length: 1000\r\n"));
  Forward("GET");
  Answer("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n");
  Forward("GET", "Range: bytes=1-2\r\n");
  EXPECT_THAT(
      Answer("HTTP/1.1 206 Partial Content\r\n"
             "Content-Range: bytes 1-2/9\r\nContent-Length: 2\r\n\r\nbc"),
      HasSubstr("Content-Range: bytes 1-2/9\r\n"));
  EXPECT_EQ(client_.Read(2), "bc");
}

TEST_F(ForwardTest, ChunksComeThroughAndTrailersDoNot) {
  Forward("GET");
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                     "Trailer: X\r\n\r\n"),
              AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"),
                    Not(HasSubstr("Trailer"))));
  server_.Send("3;ext=1\r\nabc\r\n");
  EXPECT_EQ(client_.Read(8), "3\r\nabc\r\n");
  server_.Send("2\r\nde\r\n0\r\nX: y\r\n\r\n");
  EXPECT_EQ(client_.Read(12), "2\r\nde\r\n0\r\n\r\n");
}

TEST_F(ForwardTest, ABodyWithoutALengthEndsWithTheConnection) {
  Forward("GET");
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\n\r\nab"),
              HasSubstr("Connection: close\r\n"));
  server_.Send("cd");
  server_.Close();
  EXPECT_EQ(client_.ReadAll(), "abcd");
}

TEST_F(ForwardTest, AnOldClientGetsNoChunks) {
  client_.Send(
      absl::StrCat("GET http://", At(kInsecure), "/ HTTP/1.0\r\n\r\n"));
  server_ = registry_.Accept();
  server_.ReadUntil(kEnd);
  EXPECT_THAT(Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n0\r\n\r\n"),
              Not(HasSubstr("chunked")));
  EXPECT_EQ(client_.ReadAll(), "abc");
}

TEST_F(ForwardTest, ARequestsBodyIsStreamed) {
  EXPECT_THAT(Forward("POST", "Content-Length: 6\r\n"),
              HasSubstr("Content-Length: 6\r\n"));
  client_.Send("abc");
  EXPECT_EQ(server_.Read(3), "abc");
  client_.Send("def");
  EXPECT_EQ(server_.Read(3), "def");
  EXPECT_THAT(Answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 201"));
}

TEST_F(ForwardTest, ARequestsChunksAreStreamed) {
  EXPECT_THAT(Forward("PATCH", "Transfer-Encoding: chunked\r\n"),
              HasSubstr("Transfer-Encoding: chunked\r\n"));
  client_.Send("3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(server_.Read(13), "3\r\nabc\r\n0\r\n\r\n");
  Answer("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(ForwardTest, ContinueIsTheRegistrysToSay) {
  EXPECT_THAT(Forward("PUT", "Content-Length: 3\r\nExpect: 100-continue\r\n"),
              HasSubstr("Expect: 100-continue\r\n"));
  EXPECT_EQ(Answer("HTTP/1.1 100 Continue\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  client_.Send("abc");
  EXPECT_EQ(server_.Read(3), "abc");
  EXPECT_THAT(Answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 201"));
}

TEST_F(ForwardTest, AnAnswerMayComeInsteadOfContinue) {
  Forward("PUT", "Content-Length: 3\r\nExpect: 100-continue\r\n");
  EXPECT_THAT(Answer("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno"),
              StartsWith("HTTP/1.1 401"));
  EXPECT_EQ(client_.ReadAll(), "no");
}

TEST_F(ForwardTest, OtherInterimResponsesAreDropped) {
  Forward("GET");
  EXPECT_THAT(Answer("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(ForwardTest, ABadAnswerIs502WithTheCause) {
  for (const std::string answer :
       {"not http at all\r\n\r\n", "",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
    client_ = Client();
    server_.Close();
    Forward("GET");
    server_.Send(answer);
    server_.ShutdownSend();
    EXPECT_THAT(client_.ReadAll(),
                StartsWith("HTTP/1.1 502 " + At(kInsecure) +
                           " did not answer over HTTP at 127.0.0.1"))
        << answer;
  }
}

TEST_F(ForwardTest, AnEndlessHeaderIsCutOff) {
  Forward("GET");
  Threads threads;
  threads.Start([this] {
    server_.Send("HTTP/1.1 200 OK\r\n");
    const std::string field = "X: " + std::string(1000, 'x') + "\r\n";
    while (server_.Send(field)) {
    }
  });
  EXPECT_THAT(client_.ReadAll(), StartsWith("HTTP/1.1 502 "));
}

TEST_F(ForwardTest, ATruncatedBodyIsNotMadeToLookWhole) {
  Forward("GET");
  Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  server_.Close();
  EXPECT_EQ(client_.ReadAll(), "abc");

  client_ = Client();
  Forward("GET");
  Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  server_.Close();
  EXPECT_EQ(client_.ReadAll(), "3\r\nabc\r\n");
}

TEST_F(ForwardTest, WhatFollowsTheAnswerUnaskedIsNotTheNextAnswer) {
  Forward("GET");
  Answer(
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
  TcpPeer old = std::move(server_);
  server_ = TcpPeer();
  Forward("GET");  // over a new connection
  EXPECT_THAT(Answer("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 404"));
}

TEST_F(ForwardTest, LargeBodiesArriveWhole) {
  Forward("GET");
  const std::string body(30 << 20, 'x');
  Threads threads;
  threads.Start([&] {
    server_.Send(absl::StrCat(
        "HTTP/1.1 200 OK\r\nContent-Length: ", body.size(), "\r\n\r\n", body));
  });
  client_.ReadUntil(kEnd);
  EXPECT_EQ(client_.Read(body.size()), body);
  threads.Join();
  Forward("GET");
}

TEST_F(ForwardTest, AnotherHostOnTheSameConnectionIsAnotherQuestion) {
  Forward("GET");
  Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  client_.Send("GET http://denied.example/ HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client_.ReadUntil(kEnd),
              StartsWith("HTTP/1.1 403 blob host denied.example of "
                         "insecure.example is not whitelisted"));
}

TEST_F(ForwardTest, ASilentRegistryIsGivenUpAfterTheIdleTimeout) {
  gate_->Stop(absl::InfinitePast());
  options_.idle_timeout = absl::Milliseconds(100);
  Open();
  client_ = Client();
  Forward("GET");
  EXPECT_THAT(client_.ReadAll(), AllOf(StartsWith("HTTP/1.1 502 "),
                                       HasSubstr("no response in time")));
}

}  // namespace
}  // namespace pullgate::agent
