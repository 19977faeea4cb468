// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/gate_request.h"

#include <memory>
#include <string>
#include <variant>

#include "agent/gate/http_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpHead Head(const std::string& start, const std::string& fields = "") {
  const auto reader = HttpReader::OfRequest(32 * 1024);
  reader->ReadHead(start + " HTTP/1.1\r\nHost: other\r\n" + fields + "\r\n");
  EXPECT_TRUE(reader->head_done()) << start;
  return reader->head();
}

GateRequest Request(const std::string& start) {
  auto read = ReadGateRequest(Head(start));
  EXPECT_TRUE(std::holds_alternative<GateRequest>(read)) << start;
  return std::get<GateRequest>(std::move(read));
}

int StatusOf(const std::string& start, const std::string& fields = "") {
  const auto read = ReadGateRequest(Head(start, fields));
  const auto* error = std::get_if<HttpError>(&read);
  return error == nullptr ? 0 : error->status;
}

TEST(GateRequestTest, ATunnelIsAQuestionAboutItsHost) {
  const GateRequest request = Request("CONNECT a.example:5000");
  EXPECT_EQ(request.kind, GateRequest::Kind::kTunnel);
  EXPECT_EQ(request.registry.ToString(), "a.example:5000");
  EXPECT_EQ(request.asked, "a.example:5000");
}

TEST(GateRequestTest, DefaultPortsAreThoseOfAQuestionWithoutOne) {
  EXPECT_EQ(Request("CONNECT a.example:443").registry.ToString(), "a.example");
  EXPECT_EQ(Request("CONNECT a.example:80").registry.ToString(),
            "a.example:80");
  EXPECT_EQ(Request("GET http://a.example:80/").registry.ToString(),
            "http://a.example");
  EXPECT_EQ(Request("GET http://a.example:443/").registry.ToString(),
            "http://a.example:443");
}

TEST(GateRequestTest, AddressesAreAskedForAsAddresses) {
  EXPECT_EQ(Request("CONNECT 192.0.2.1:5000").registry.ToString(),
            "192.0.2.1:5000");
  EXPECT_EQ(Request("CONNECT [2001:db8::1]:443").registry.ToString(),
            "2001:db8::1");
}

TEST(GateRequestTest, APlainRequestIsForwardedInOriginForm) {
  const GateRequest request = Request("GET http://A.example/v2/?n=1");
  EXPECT_EQ(request.kind, GateRequest::Kind::kForward);
  EXPECT_EQ(request.registry.ToString(), "http://a.example");
  EXPECT_EQ(request.target, "/v2/?n=1");
  EXPECT_EQ(Request("GET http://a.example").target, "/");
  EXPECT_EQ(Request("GET HTTP://a.example?x").target, "/?x");
}

TEST(GateRequestTest, OddTargetsAreRefused) {
  for (const char* start : {"CONNECT a.example",
                            "CONNECT a.example:",
                            "CONNECT a.example:0",
                            "CONNECT a.example:65536",
                            "CONNECT a.example:0443",
                            "CONNECT :443",
                            "CONNECT https://a.example:443",
                            "CONNECT a.example:443/",
                            "CONNECT user@a.example:443",
                            "CONNECT 0x7f.1:443",
                            "CONNECT 127.1:443",
                            "CONNECT 2130706433:443",
                            "CONNECT ::1:443",
                            "CONNECT [::1%25lo]:443",
                            "CONNECT a..example:443",
                            "CONNECT *:443",
                            "CONNECT b\xc3\xbc"
                            "cher.example:443",
                            "CONNECT a.example:443,b:443",
                            "GET /v2/",
                            "OPTIONS *",
                            "GET *",
                            "GET a.example/v2/",
                            "GET https://a.example/",
                            "GET ftp://a.example/",
                            "GET http://user:secret@a.example/",
                            "GET http:///v2/",
                            "GET http://a.example:x/",
                            "GET http://a.example/#top",
                            "GET http://%61.example/",
                            "GET http://a.example:80:80/"}) {
    const int status = StatusOf(start);
    EXPECT_TRUE(status == 400 || status == 405) << start << ": " << status;
  }
}

TEST(GateRequestTest, NoErrorRepeatsAPassword) {
  const auto read = ReadGateRequest(Head("GET http://user:secret@a.example/"));
  EXPECT_THAT(std::get<HttpError>(read).text, Not(HasSubstr("secret")));
}

TEST(GateRequestTest, MethodsThatPullsDoNotHaveAreRefused) {
  EXPECT_EQ(StatusOf("TRACE http://a.example/"), 405);
  EXPECT_EQ(StatusOf("OPTIONS http://a.example/"), 405);
  EXPECT_EQ(StatusOf("connect a.example:443"), 405);
  EXPECT_EQ(StatusOf("get http://a.example/"), 405);
  EXPECT_EQ(StatusOf("GARBAGE x"), 405);
}

TEST(GateRequestTest, EndlessTargetsAreRefused) {
  EXPECT_EQ(StatusOf("GET http://a.example/" + std::string(9000, 'a')), 414);
  EXPECT_EQ(StatusOf("CONNECT " + std::string(5000, 'a') + ":443"), 400);
}

TEST(GateRequestTest, ATunnelHasNoBody) {
  EXPECT_EQ(StatusOf("CONNECT a.example:443", "Content-Length: 3\r\n"), 400);
  EXPECT_EQ(StatusOf("CONNECT a.example:443", "Transfer-Encoding: chunked\r\n"),
            400);
  EXPECT_EQ(StatusOf("CONNECT a.example:443", "Content-Length: 0\r\n"), 0);
}

std::string Forwarded(const std::string& fields) {
  const HttpHead head = Head("GET http://a.example:5000/v2/", fields);
  return RequestHeadText(
      ForwardedRequest(head, std::get<GateRequest>(ReadGateRequest(head))));
}

TEST(ForwardedRequestTest, HasTheHostOfItsTarget) {
  const std::string text = Forwarded("");
  EXPECT_EQ(text,
            "GET /v2/ HTTP/1.1\r\nHost: a.example:5000\r\n"
            "Via: 1.1 pullgate\r\n\r\n");
}

TEST(ForwardedRequestTest, LeavesOutWhatIsForThisHop) {
  const std::string text = Forwarded(
      "Connection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n"
      "Proxy-Authorization: Basic c2VjcmV0\r\nProxy-Connection: x\r\n"
      "TE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nAccept: a/b\r\n");
  EXPECT_EQ(text,
            "GET /v2/ HTTP/1.1\r\nHost: a.example:5000\r\nAccept: a/b\r\n"
            "Via: 1.1 pullgate\r\n\r\n");
}

TEST(ForwardedRequestTest, KeepsCredentialsForTheHostTheyAreFor) {
  EXPECT_THAT(Forwarded("Authorization: Bearer t\r\nRange: bytes=5-\r\n"),
              HasSubstr("Authorization: Bearer t\r\nRange: bytes=5-\r\n"));
}

TEST(ForwardedRequestTest, AnotherProxyBeforeStaysNamed) {
  EXPECT_THAT(Forwarded("Via: 1.0 first\r\n"),
              HasSubstr("Via: 1.0 first\r\nVia: 1.1 pullgate\r\n"));
}

TEST(ForwardedRequestTest, ItsLengthIsSaidOnce) {
  EXPECT_THAT(Forwarded("Content-Length: 5, 5\r\n"),
              HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(Forwarded("Connection: content-length\r\nContent-Length: 5\r\n"),
              HasSubstr("Content-Length: 5\r\n"));
}

TEST(ForwardedResponseTest, LeavesOutWhatIsForThatHop) {
  const auto reader = HttpReader::OfResponse(32 * 1024, /*to_head=*/false);
  reader->ReadHead(
      "HTTP/1.1 200 OK\r\nConnection: X-Mine\r\nX-Mine: 1\r\nTrailer: y\r\n"
      "Proxy-Authenticate: Basic\r\nContent-Length: 7\r\nETag: \"e\"\r\n\r\n");
  ASSERT_TRUE(reader->head_done());
  EXPECT_EQ(ResponseHeadText(ForwardedResponse(reader->head())),
            "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nVia: 1.1 pullgate\r\n"
            "Content-Length: 7\r\n\r\n");
}

}  // namespace
}  // namespace pullgate::agent
