// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_query.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fakes/dns_message.h"

namespace pullgate {
namespace {

DnsQuestion Question(const std::string& name, DnsType type = DnsType::kA) {
  return {DnsName::Parse(name).value(), type};
}

TEST(DnsQueryTest, AsksTheQuestionAndNothingElse) {
  for (const DnsType type : {DnsType::kA, DnsType::kPtr, DnsType::kAaaa}) {
    const std::string bytes =
        MakeDnsQuery(Question("registry.example", type)).value();
    const DnsMessage query = ReadDnsQuery(bytes).value();
    EXPECT_EQ(query.name, "registry.example");
    EXPECT_EQ(query.type, static_cast<uint16_t>(type));
    EXPECT_EQ(bytes.substr(2, 10), std::string("\x01\0\0\x01\0\0\0\0\0\0", 10));
    EXPECT_EQ(bytes.size(), 12 + 18 + 4u);
  }
}

TEST(DnsQueryTest, CarriesTheLongestName) {
  const std::string label(63, 'a');
  const std::string name =
      absl::StrCat(label, ".", label, ".", label, ".", std::string(61, 'b'));
  const std::string bytes = MakeDnsQuery(Question(name)).value();
  EXPECT_EQ(ReadDnsQuery(bytes)->name, name);
}

TEST(DnsQueryTest, EachLetterIsUpperOrLowerCaseByChance) {
  const std::string name = "abcdefghijklmnopqrstuvwxyz.example";
  std::string upper_seen(name.size(), ' ');
  std::string lower_seen(name.size(), ' ');
  for (int i = 0; i < 64; ++i) {
    const std::string spelling =
        ReadDnsQuery(MakeDnsQuery(Question(name)).value())->spelling;
    for (size_t j = 0; j < name.size(); ++j) {
      (absl::ascii_isupper(spelling[j]) ? upper_seen : lower_seen)[j] = name[j];
    }
  }
  std::string letters = name;
  EXPECT_EQ(lower_seen, name);
  letters[letters.find('.')] = ' ';
  EXPECT_EQ(upper_seen, letters);
}

TEST(DnsQueryTest, TheLastLettersOfALongNameVaryToo) {
  const std::string label(63, 'a');
  const std::string name =
      absl::StrCat(label, ".", label, ".", label, ".", std::string(61, 'b'));
  std::set<std::string> ends;
  for (int i = 0; i < 64; ++i) {
    const std::string spelling =
        ReadDnsQuery(MakeDnsQuery(Question(name)).value())->spelling;
    ends.insert(spelling.substr(spelling.size() - 8));
  }
  EXPECT_GT(ends.size(), 16u);
}

TEST(DnsQueryTest, NeverAsksForOnions) {
  for (const char* name : {"onion", "abc.onion"}) {
    EXPECT_TRUE(absl::IsUnavailable(MakeDnsQuery(Question(name)).status()));
  }
  EXPECT_TRUE(MakeDnsQuery(Question("onion.example")).ok());
}

TEST(DnsQueryTest, AnEchoIsTheSameLetterByLetter) {
  const std::string query = MakeDnsQuery(Question("registry.example")).value();
  DnsMessage reply = EmptyReply(ReadDnsQuery(query).value());
  EXPECT_TRUE(EchoesQuestion(query, reply.Encode()));
  reply.answers = {AddressRecord("registry.example", "192.0.2.7")};
  EXPECT_TRUE(EchoesQuestion(query, reply.Encode()));
  for (char& c : reply.spelling) {
    if (!absl::ascii_isalpha(c)) continue;
    c ^= 0x20;
    EXPECT_FALSE(EchoesQuestion(query, reply.Encode())) << reply.spelling;
    c ^= 0x20;
  }
  reply.type = kDnsAaaa;
  EXPECT_FALSE(EchoesQuestion(query, reply.Encode()));
}

TEST(DnsQueryTest, WhatIsCutShortIsNoEcho) {
  const std::string query = MakeDnsQuery(Question("registry.example")).value();
  const std::string reply = EmptyReply(ReadDnsQuery(query).value()).Encode();
  for (size_t size = 0; size < reply.size(); ++size) {
    EXPECT_FALSE(EchoesQuestion(query, reply.substr(0, size)));
  }
  EXPECT_FALSE(EchoesQuestion("", reply));
}

}  // namespace
}  // namespace pullgate
