// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/dns_reply.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fakes/dns_message.h"

namespace pullgate {
namespace {

constexpr char kName[] = "registry.example";

DnsQuestion Ask(DnsType type, absl::string_view name = kName) {
  return {DnsName::Parse(name).value(), type};
}

DnsMessage Reply(std::vector<DnsRecord> answers, uint16_t type = kDnsA) {
  DnsMessage message;
  message.name = kName;
  message.type = type;
  message.answers = std::move(answers);
  return message;
}

absl::StatusOr<DnsReply> Parse(const DnsMessage& message) {
  return ParseDnsReply(Ask(static_cast<DnsType>(message.type)),
                       message.Encode());
}

std::vector<std::string> AddressesIn(const DnsMessage& message) {
  std::vector<std::string> texts;
  const absl::StatusOr<DnsReply> reply = Parse(message);
  if (!reply.ok()) return {std::string(reply.status().message())};
  for (const IpAddress& a : reply->addresses) texts.push_back(a.ToString());
  return texts;
}

// Unavailable, and why.
void ExpectRefused(const absl::StatusOr<DnsReply>& reply,
                   absl::string_view why) {
  EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  EXPECT_TRUE(absl::StrContains(reply.status().message(), why))
      << reply.status();
}

using Texts = std::vector<std::string>;

TEST(DnsReplyTest, GivesTheAddressesOfTheName) {
  EXPECT_EQ(
      AddressesIn(Reply({AddressRecord(kName, "192.0.2.7"),
                         AddressRecord("REGISTRY.Example", "192.0.2.8")})),
      (Texts{"192.0.2.7", "192.0.2.8"}));
  EXPECT_EQ(AddressesIn(Reply({AddressRecord(kName, "2001:db8::7")}, kDnsAaaa)),
            (Texts{"2001:db8::7"}));
}

TEST(DnsReplyTest, ReadsMappedIpv6AsIpv4) {
  DnsRecord mapped = AddressRecord(kName, "2001:db8::7");
  mapped.data =
      std::string(10, '\0') + std::string("\xff\xff\xc0\x00\x02\x07", 6);
  EXPECT_EQ(AddressesIn(Reply({mapped}, kDnsAaaa)), (Texts{"192.0.2.7"}));
}

TEST(DnsReplyTest, FollowsAliasesInAnyOrder) {
  EXPECT_EQ(AddressesIn(Reply({AddressRecord("c.example", "192.0.2.7"),
                               CnameRecord("b.example", "C.example"),
                               CnameRecord(kName, "b.example")})),
            (Texts{"192.0.2.7"}));
}

TEST(DnsReplyTest, UsesNoRecordOfAnotherName) {
  EXPECT_EQ(AddressesIn(Reply({AddressRecord(kName, "192.0.2.7"),
                               AddressRecord("evil.example", "192.0.2.66")})),
            (Texts{"192.0.2.7"}));
  ExpectRefused(Parse(Reply({AddressRecord("evil.example", "192.0.2.66")})),
                "other names only");
}

TEST(DnsReplyTest, FollowsNoAliasOfAnotherName) {
  ExpectRefused(Parse(Reply({CnameRecord("other.example", "evil.example"),
                             AddressRecord("evil.example", "192.0.2.66")})),
                "other names only");
  ExpectRefused(Parse(Reply({CnameRecord(kName, "b.example"),
                             AddressRecord("evil.example", "192.0.2.66")})),
                "other names only");
}

TEST(DnsReplyTest, TellsADotInALabelFromTwoLabels) {
  DnsMessage message = Reply({AddressRecord(kName, "192.0.2.66")});
  std::string bytes = message.Encode();
  // The owner of the record becomes the one label "registry.example".
  const size_t at = bytes.find(DnsWireName(kName), 20);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 16;
  bytes[at + 9] = '.';
  ExpectRefused(ParseDnsReply(Ask(DnsType::kA), bytes), "other names only");
}

TEST(DnsReplyTest, RefusesAliasLoops) {
  ExpectRefused(Parse(Reply({CnameRecord(kName, kName)})), "circular");
  ExpectRefused(Parse(Reply({CnameRecord(kName, "b.example"),
                             CnameRecord("b.example", kName)})),
                "circular");
}

TEST(DnsReplyTest, BoundsTheAliasChain) {
  std::vector<DnsRecord> chain = {CnameRecord(kName, "a0.example")};
  for (int i = 1; i < kMaxAliases; ++i) {
    chain.push_back(CnameRecord(absl::StrCat("a", i - 1, ".example"),
                                absl::StrCat("a", i, ".example")));
  }
  chain.push_back(AddressRecord(absl::StrCat("a", kMaxAliases - 1, ".example"),
                                "192.0.2.7"));
  EXPECT_EQ(AddressesIn(Reply(chain)), (Texts{"192.0.2.7"}));

  chain.back() = CnameRecord(absl::StrCat("a", kMaxAliases - 1, ".example"),
                             "last.example");
  chain.push_back(AddressRecord("last.example", "192.0.2.7"));
  ExpectRefused(Parse(Reply(chain)), "longer than");
}

TEST(DnsReplyTest, RefusesTwoAliasesOfOneName) {
  ExpectRefused(Parse(Reply({CnameRecord(kName, "a.example"),
                             CnameRecord(kName, "b.example")})),
                "two aliases");
}

TEST(DnsReplyTest, NoSuchNameAndNoDataAreEmptyAnswers) {
  DnsMessage nxdomain = Reply({});
  nxdomain.flags |= kDnsNxdomain;
  for (const DnsMessage& message :
       {Reply({}), nxdomain, Reply({CnameRecord(kName, "b.example")})}) {
    const absl::StatusOr<DnsReply> reply = Parse(message);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_TRUE(reply->addresses.empty());
    EXPECT_EQ(reply->ttl, absl::ZeroDuration());
  }
}

TEST(DnsReplyTest, TakesTheNegativeTtlFromTheSoaRecord) {
  DnsMessage message = Reply({});
  message.authority = {SoaRecord("example", 300, 60)};
  EXPECT_EQ(Parse(message)->ttl, absl::Seconds(60));
  message.authority = {SoaRecord("example", 30, 60)};
  EXPECT_EQ(Parse(message)->ttl, absl::Seconds(30));
  message.answers = {CnameRecord(kName, "b.example", 10)};
  EXPECT_EQ(Parse(message)->ttl, absl::Seconds(10));
}

TEST(DnsReplyTest, TakesTheLeastTtlOfWhatItUsed) {
  EXPECT_EQ(Parse(Reply({CnameRecord(kName, "b.example", 50),
                         AddressRecord("b.example", "192.0.2.7", 40),
                         AddressRecord("b.example", "192.0.2.8", 60),
                         AddressRecord("c.example", "192.0.2.9", 1)}))
                ->ttl,
            absl::Seconds(40));
}

TEST(DnsReplyTest, ReadsTtlsWithTheHighestBitAsZero) {
  EXPECT_EQ(Parse(Reply({AddressRecord(kName, "192.0.2.7", 0x80000000)}))->ttl,
            absl::ZeroDuration());
  EXPECT_EQ(Parse(Reply({AddressRecord(kName, "192.0.2.7", 0x7fffffff)}))->ttl,
            absl::Seconds(0x7fffffff));
  DnsMessage negative = Reply({});
  negative.authority = {SoaRecord("example", 300, 0xffffffff)};
  EXPECT_EQ(Parse(negative)->ttl, absl::ZeroDuration());
}

TEST(DnsReplyTest, RefusesReferrals) {
  DnsMessage message = Reply({});
  message.authority = {NsRecord("example", "ns.example")};
  ExpectRefused(Parse(message), "referral");
}

TEST(DnsReplyTest, RefusesNamesThatDoNotExistAndHaveRecords) {
  DnsMessage message = Reply({AddressRecord(kName, "192.0.2.7")});
  message.flags |= kDnsNxdomain;
  ExpectRefused(Parse(message), "no such name");
}

TEST(DnsReplyTest, RefusesWhatIsNoReplyToTheQuestion) {
  DnsMessage message = Reply({AddressRecord(kName, "192.0.2.7")});
  ExpectRefused(
      ParseDnsReply(Ask(DnsType::kA, "other.example"), message.Encode()),
      "another question");
  ExpectRefused(ParseDnsReply(Ask(DnsType::kAaaa), message.Encode()),
                "another question");
  message.flags = 0x0100;
  ExpectRefused(Parse(message), "not a reply");
  message.flags = kDnsReply | 0x2000;
  ExpectRefused(Parse(message), "not about a query");
  message.flags = kDnsReply | kDnsTruncated;
  ExpectRefused(Parse(message), "truncated");
  message.flags = kDnsReply | kDnsServfail;
  ExpectRefused(Parse(message), "error, code 2");
}

TEST(DnsReplyTest, IgnoresOtherClasses) {
  DnsRecord chaos = AddressRecord(kName, "192.0.2.66");
  chaos.record_class = 3;
  const absl::StatusOr<DnsReply> reply = Parse(Reply({chaos}));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_TRUE(reply->addresses.empty());
}

TEST(DnsReplyTest, RefusesRecordsOfTheWrongSize) {
  DnsRecord record = AddressRecord(kName, "192.0.2.7");
  record.data.push_back('\0');
  ExpectRefused(Parse(Reply({record})), "malformed");
  DnsRecord short_v6 = AddressRecord(kName, "2001:db8::7");
  short_v6.data.pop_back();
  ExpectRefused(Parse(Reply({short_v6}, kDnsAaaa)), "malformed");
  DnsRecord alias = CnameRecord(kName, "b.example");
  alias.data += "junk";
  ExpectRefused(Parse(Reply({alias})), "malformed");
}

TEST(DnsReplyTest, SurvivesBeingCutAnywhere) {
  DnsMessage message = Reply({CnameRecord(kName, "b.example"),
                              AddressRecord("b.example", "192.0.2.7")});
  message.authority = {SoaRecord("example", 300, 60)};
  const std::string bytes = message.Encode();
  for (size_t size = 0; size < bytes.size(); ++size) {
    ExpectRefused(ParseDnsReply(Ask(DnsType::kA), bytes.substr(0, size)), "");
  }
}

TEST(DnsReplyTest, SurvivesAnyByteBeingAnother) {
  const std::string bytes = Reply({CnameRecord(kName, "b.example"),
                                   AddressRecord("b.example", "192.0.2.7")})
                                .Encode();
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const char value : {'\x00', '\x3f', '\x7f', '\xc0', '\xff'}) {
      std::string changed = bytes;
      changed[at] = value;
      // Right or refused; the sanitizers watch.
      (void)ParseDnsReply(Ask(DnsType::kA), changed);
    }
  }
}

TEST(DnsReplyTest, GivesPointerNamesAndLeavesOutWhatIsNone) {
  const DnsQuestion question = Ask(DnsType::kPtr, "7.2.0.192.in-addr.arpa");
  DnsMessage message;
  message.name = question.name.text();
  message.type = kDnsPtr;
  message.answers = {PtrRecord("192.0.2.7", "Registry.example"),
                     PtrRecord("192.0.2.7", "_srv.example"),
                     PtrRecord("192.0.2.7", "other.example", 5)};
  const absl::StatusOr<DnsReply> reply =
      ParseDnsReply(question, message.Encode());
  ASSERT_TRUE(reply.ok()) << reply.status();
  ASSERT_EQ(reply->names.size(), 2u);
  EXPECT_EQ(reply->names[0].text(), "registry.example");
  EXPECT_EQ(reply->names[1].text(), "other.example");
  EXPECT_EQ(reply->ttl, absl::Seconds(5));
}

TEST(DnsReplyTest, FollowsAliasesOfReverseNames) {
  // RFC 2317: a block smaller than /24 is delegated by aliases.
  const DnsQuestion question = Ask(DnsType::kPtr, "7.2.0.192.in-addr.arpa");
  DnsMessage message;
  message.name = question.name.text();
  message.type = kDnsPtr;
  DnsRecord pointer = PtrRecord("192.0.2.7", "registry.example");
  pointer.owner = "7.0/26.2.0.192.in-addr.arpa";
  message.answers = {CnameRecord(message.name, pointer.owner), pointer};
  const absl::StatusOr<DnsReply> reply =
      ParseDnsReply(question, message.Encode());
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->names.size(), 1u);
}

}  // namespace
}  // namespace pullgate
