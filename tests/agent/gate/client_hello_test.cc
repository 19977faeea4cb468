// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/client_hello.h"

#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_hello_bytes.h"

namespace pullgate::agent {
namespace {

using ::testing::HasSubstr;

// Read in pieces of `step` bytes; nullopt if that was not enough.
std::optional<ClientHello> ReadInSteps(const std::string& bytes, size_t step) {
  const auto reader = ClientHelloReader::Make();
  for (size_t at = 0; at < bytes.size(); at += step) {
    auto hello = reader->Read(absl::string_view(bytes).substr(at, step));
    if (hello) return hello;
  }
  return std::nullopt;
}

std::optional<ClientHello> ReadAtOnce(const std::string& bytes) {
  return ReadInSteps(bytes, bytes.size());
}

RegistryHost Host(const std::string& text) {
  return RegistryAddress::Parse(text).value().host();
}

TEST(ClientHelloTest, TellsTheServerName) {
  const auto hello = ReadAtOnce(ClientHelloFor("a.example"));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, ClientHello::Kind::kHello);
  EXPECT_EQ(hello->server_name, "a.example");
  EXPECT_FALSE(hello->encrypted);
}

TEST(ClientHelloTest, WithoutTheExtensionThereIsNoName) {
  const auto hello = ReadAtOnce(ClientHelloFor(""));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, ClientHello::Kind::kHello);
  EXPECT_FALSE(hello->server_name.has_value());
}

TEST(ClientHelloTest, OfferingHttp2ChangesNothing) {
  ClientHelloOptions options;
  options.server_name = "a.example";
  options.alpn = true;
  const auto hello = ReadAtOnce(ClientHelloBytes(options));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->server_name, "a.example");
}

TEST(ClientHelloTest, UnknownExtensionsAreGrease) {
  ClientHelloOptions options;
  options.server_name = "a.example";
  options.extension = 0x1a1a;  // RFC 8701
  const auto hello = ReadAtOnce(ClientHelloBytes(options));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->server_name, "a.example");
  EXPECT_FALSE(hello->encrypted);
}

TEST(ClientHelloTest, AnEncryptedPartIsSeen) {
  ClientHelloOptions options;
  options.server_name = "a.example";
  options.extension = 0xfe0d;
  const auto hello = ReadAtOnce(ClientHelloBytes(options));
  ASSERT_TRUE(hello.has_value());
  EXPECT_TRUE(hello->encrypted);
  EXPECT_THAT(*WrongServerName(*hello, Host("a.example")), HasSubstr("ECH"));
}

TEST(ClientHelloTest, ComesInAnyPieces) {
  const std::string bytes = ClientHelloFor("a.example");
  for (const size_t step : {1, 2, 5, 6, 100}) {
    const auto hello = ReadInSteps(bytes, step);
    ASSERT_TRUE(hello.has_value()) << step;
    EXPECT_EQ(hello->server_name, "a.example") << step;
  }
}

TEST(ClientHelloTest, ComesInAnyRecords) {
  const std::string bytes = ClientHelloFor("a.example");
  for (const size_t size : {1, 3, 4, 50, 200}) {
    const auto hello = ReadAtOnce(InRecordsOf(size, bytes));
    ASSERT_TRUE(hello.has_value()) << size;
    EXPECT_EQ(hello->server_name, "a.example") << size;
  }
}

TEST(ClientHelloTest, APartOfItIsNotYetAnything) {
  const std::string bytes = ClientHelloFor("a.example");
  EXPECT_FALSE(ReadAtOnce(bytes.substr(0, bytes.size() - 1)).has_value());
  EXPECT_FALSE(ReadAtOnce(bytes.substr(0, 1)).has_value());
}

TEST(ClientHelloTest, WhatBeginsOtherwiseIsNoTls) {
  for (const std::string bytes :
       {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "\x16Z", "\x80\x2e\x01\x03",
        "\x17\x03\x03\x00\x01x", "\x15\x03\x01\x00\x02\x01\x00"}) {
    const auto hello = ReadAtOnce(bytes);
    ASSERT_TRUE(hello.has_value()) << bytes;
    EXPECT_EQ(hello->kind, ClientHello::Kind::kNotTls) << bytes;
  }
}

TEST(ClientHelloTest, ARecordWithSomethingElseIsInvalid) {
  const std::string finished("\x16\x03\x01\x00\x05\x14\x00\x00\x01x", 10);
  const auto hello = ReadAtOnce(finished);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, ClientHello::Kind::kInvalid);
}

TEST(ClientHelloTest, ADamagedServerNameIsInvalid) {
  std::string bytes = ClientHelloFor("a.example");
  const size_t name = bytes.find("a.example");
  // The length of the name, which then ends inside the list.
  bytes[name - 1] = static_cast<char>(bytes[name - 1] - 1);
  const auto hello = ReadAtOnce(bytes);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, ClientHello::Kind::kInvalid);
}

TEST(ClientHelloTest, ANameOfAnotherTypeIsInvalid) {
  std::string bytes = ClientHelloFor("a.example");
  bytes[bytes.find("a.example") - 3] = 7;
  const auto hello = ReadAtOnce(bytes);
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->kind, ClientHello::Kind::kInvalid);
}

TEST(ClientHelloTest, OneWithoutAnEndIsGivenUp) {
  const std::string zeros(16 * 1024 - 1, '\0');
  const auto reader = ClientHelloReader::Make();
  std::optional<ClientHello> hello;
  size_t sent = 0;
  // A handshake message that says it is 130,000 bytes long.
  std::string record("\x16\x03\x01\x40\x00\x01\x01\xfb\xd0", 9);
  record += zeros.substr(4);
  while (!hello && sent < 4 * ClientHelloReader::kMaxBytes) {
    hello = reader->Read(record);
    sent += record.size();
    record = std::string("\x16\x03\x01\x3f\xff", 5) + zeros;
  }
  ASSERT_TRUE(hello.has_value());
  EXPECT_NE(hello->kind, ClientHello::Kind::kHello);
}

TEST(WrongServerNameTest, NamesAreComparedInAnyCase) {
  const auto hello = ReadAtOnce(ClientHelloFor("A.Example"));
  EXPECT_EQ(WrongServerName(*hello, Host("a.example")), std::nullopt);
  EXPECT_THAT(*WrongServerName(*hello, Host("b.example")),
              HasSubstr("is for \"A.Example\""));
}

TEST(WrongServerNameTest, NearlyTheNameIsAnotherName) {
  for (const char* name :
       {"a.example.", "x.a.example", "example", "a.exampl"}) {
    const auto hello = ReadAtOnce(ClientHelloFor(name));
    EXPECT_NE(WrongServerName(*hello, Host("a.example")), std::nullopt) << name;
  }
}

TEST(WrongServerNameTest, ForANameThereIsOneAndForAnAddressNone) {
  const auto none = ReadAtOnce(ClientHelloFor(""));
  EXPECT_THAT(*WrongServerName(*none, Host("a.example")),
              HasSubstr("names no server"));
  EXPECT_EQ(WrongServerName(*none, Host("192.0.2.1")), std::nullopt);
  const auto some = ReadAtOnce(ClientHelloFor("192.0.2.1"));
  EXPECT_NE(WrongServerName(*some, Host("192.0.2.1")), std::nullopt);
}

}  // namespace
}  // namespace pullgate::agent
