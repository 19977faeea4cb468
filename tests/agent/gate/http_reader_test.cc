// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/http_reader.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::agent {
namespace {

constexpr size_t kMaxHead = 1024;

// Feeds all in pieces of `step`, as a connection would.
size_t Feed(HttpReader& reader, const std::string& text, size_t step) {
  std::string waiting;
  size_t at = 0;
  while (at < text.size() && !reader.head_done() && !reader.error()) {
    waiting += text.substr(at, step);
    at += step;
    waiting.erase(0, reader.ReadHead(waiting));
  }
  return std::min(at, text.size()) - waiting.size();
}

int RequestStatus(const std::string& text) {
  const auto reader = HttpReader::OfRequest(kMaxHead);
  Feed(*reader, text, text.size());
  return reader->error() ? reader->error()->status : 0;
}

TEST(HttpReaderTest, ReadsARequestInAnyPieces) {
  const std::string text =
      "POST http://a.example/x HTTP/1.1\r\nHost: a.example\r\n"
      "Content-Length: 3\r\n\r\n";
  for (const size_t step : {1, 2, 3, 10, 1000}) {
    const auto reader = HttpReader::OfRequest(kMaxHead);
    EXPECT_EQ(Feed(*reader, text + "abc", step), text.size()) << step;
    ASSERT_TRUE(reader->head_done()) << step;
    EXPECT_EQ(reader->head().method, "POST");
    EXPECT_EQ(reader->head().target, "http://a.example/x");
    EXPECT_EQ(reader->head().fields.size(), 2u);
    EXPECT_EQ(reader->head().body, HttpBody::kLength);
    EXPECT_EQ(reader->head().length, 3u);
    EXPECT_TRUE(reader->head().keep_alive);
  }
}

TEST(HttpReaderTest, RefusesWhatTwoReadersUnderstandDifferently) {
  const std::string post = "POST http://a/ HTTP/1.1\r\nHost: a\r\n";
  for (const std::string fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 4\r\n", "Content-Length: -1\r\n",
        "Content-Length: +3\r\n", "Content-Length: 0x3\r\n",
        "Content-Length: 99999999999999999999\r\n", "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Host: b\r\n", "Content-Length : 3\r\n", "X\r\n", "X: a\rb\r\n",
        "X: a\nY: b\r\n", ": x\r\n"}) {
    EXPECT_EQ(RequestStatus(post + fields + "\r\n"), 400) << fields;
  }
  EXPECT_EQ(RequestStatus(post + std::string("X: a\0b\r\n\r\n", 10)), 400);
}

TEST(HttpReaderTest, AFoldedFieldBecomesOneLine) {
  const auto reader = HttpReader::OfRequest(kMaxHead);
  const std::string text =
      "GET http://a/ HTTP/1.1\r\nHost: a\r\nX: one\r\n  two\r\n\r\n";
  Feed(*reader, text, text.size());
  ASSERT_TRUE(reader->head_done());
  EXPECT_EQ(reader->head().Find("x"), "one two");
}

TEST(HttpReaderTest, KnowsNoOtherCodingThanChunked) {
  const std::string post = "POST http://a/ HTTP/1.1\r\nHost: a\r\n";
  for (const char* coding :
       {"gzip", "gzip, chunked", "chunked, gzip", "identity", "xchunked",
        "chunked;q=1", "\"chunked\""}) {
    const int status =
        RequestStatus(post + "Transfer-Encoding: " + coding + "\r\n\r\n");
    EXPECT_TRUE(status == 501 || status == 400) << coding << ": " << status;
  }
  EXPECT_EQ(RequestStatus("POST http://a/ HTTP/1.0\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n"),
            400);
}

TEST(HttpReaderTest, AskedInHttp11ThereIsOneHost) {
  EXPECT_EQ(RequestStatus("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(RequestStatus("GET http://a/ HTTP/1.0\r\n\r\n"), 0);
}

TEST(HttpReaderTest, RefusesOtherVersions) {
  EXPECT_EQ(RequestStatus("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(RequestStatus("GET http://a/ HTTP/1.2\r\n\r\n"), 505);
  EXPECT_EQ(RequestStatus("GET http://a/ HTTP/0.9\r\n\r\n"), 505);
  EXPECT_EQ(RequestStatus("GET http://a/\r\n\r\n"), 400);
}

TEST(HttpReaderTest, RefusesWhatIsNoHttp) {
  for (const std::string& text : std::vector<std::string>{
           "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "\r\n\r\n\r\n\r\n",
           "GET\r\n\r\n", "GET  http://a/ HTTP/1.1\r\n\r\n",
           std::string(8, '\0'), " GET / HTTP/1.1\r\n\r\n",
           "GET /a b HTTP/1.1\r\n\r\n"}) {
    const int status = RequestStatus(text + std::string(16, 'x'));
    EXPECT_TRUE(status == 400 || status == 505) << text << ": " << status;
  }
}

TEST(HttpReaderTest, AHeaderHasABound) {
  const std::string start = "GET http://a/ HTTP/1.1\r\nHost: a\r\n";
  const std::string long_field = "X: " + std::string(kMaxHead, 'x') + "\r\n";
  EXPECT_EQ(RequestStatus(start + long_field + "\r\n"), 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  EXPECT_EQ(RequestStatus(start + many + "\r\n"), 431);
  // The same byte by byte.
  const auto reader = HttpReader::OfRequest(kMaxHead);
  Feed(*reader, start + many + "\r\n", 1);
  ASSERT_TRUE(reader->error().has_value());
  EXPECT_EQ(reader->error()->status, 431);
}

std::string Decoded(const std::string& body, size_t step, bool& done) {
  const auto reader = HttpReader::OfRequest(kMaxHead);
  const std::string head =
      "POST http://a/ HTTP/1.1\r\nHost: a\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  Feed(*reader, head, head.size());
  std::string waiting;
  std::string decoded;
  for (size_t at = 0; at < body.size() && !reader->body_done(); at += step) {
    waiting += body.substr(at, step);
    waiting.erase(0, reader->ReadBody(waiting, decoded));
    if (reader->error()) break;
  }
  done = reader->body_done() && !reader->error();
  return decoded;
}

TEST(HttpReaderTest, ReadsChunksInAnyPieces) {
  const std::string body =
      "3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n";
  for (const size_t step : {1, 2, 7, 1000}) {
    bool done = false;
    EXPECT_EQ(Decoded(body, step, done), "abc0123456789") << step;
    EXPECT_TRUE(done) << step;
  }
}

TEST(HttpReaderTest, RefusesBrokenChunks) {
  for (const std::string body :
       {"x\r\nabc\r\n", "-3\r\nabc\r\n", "3\r\nabcd\r\n", "3\nabc\n0\n\n",
        "11111111111111111\r\nabc", "3 3\r\nabc\r\n",
        "0\r\nbad trailer\r\n\r\n"}) {
    bool done = true;
    Decoded(body + "0\r\n\r\n", body.size() + 5, done);
    EXPECT_FALSE(done) << body;
  }
  bool done = true;
  Decoded("3;" + std::string(4 * kMaxHead, 'x'), 100, done);
  EXPECT_FALSE(done);
}

TEST(HttpReaderTest, AResponseSaysHowItEnds) {
  const auto body_of = [](const std::string& text, bool to_head = false) {
    const auto reader = HttpReader::OfResponse(kMaxHead, to_head);
    Feed(*reader, text, 3);
    EXPECT_TRUE(reader->head_done()) << text;
    return reader->head().body;
  };
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"),
            HttpBody::kLength);
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true),
            HttpBody::kNone);
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            HttpBody::kChunked);
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\n\r\n"), HttpBody::kUntilClose);
  EXPECT_EQ(body_of("HTTP/1.1 204 No\r\n\r\n"), HttpBody::kNone);
  EXPECT_EQ(body_of("HTTP/1.1 304 No\r\nContent-Length: 3\r\n\r\n"),
            HttpBody::kNone);
  EXPECT_EQ(body_of("HTTP/1.1 100 Continue\r\n\r\n"), HttpBody::kNone);
}

}  // namespace
}  // namespace pullgate::agent
