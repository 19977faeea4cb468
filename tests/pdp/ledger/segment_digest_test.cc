// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_digest.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "common/net/ip_address.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

IpAddress RandomAddress(std::mt19937& random, bool is_v4) {
  if (is_v4) {
    std::array<uint8_t, 4> bytes = {};
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    return IpAddress::FromV4Bytes(bytes);
  }
  std::array<uint8_t, 16> bytes = {};
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  bytes[0] = 0x20;
  return IpAddress::FromV6Bytes(bytes);
}

std::string DigestOf(const std::vector<IpAddress>& addresses) {
  std::vector<Mark> marks;
  for (const IpAddress& address : addresses) {
    AppendMarks(EventField::kAddress, address.ToString(), &marks);
  }
  return MakeDigest(std::move(marks));
}

bool MayHave(const std::string& digest, const IpPrefix& prefix) {
  const std::vector<Mark> marks = MarksOfPrefix(prefix);
  return std::any_of(marks.begin(), marks.end(), [&digest](Mark mark) {
    return Digest(digest).MayHave(mark);
  });
}

class SegmentDigestTest : public ::testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(Families, SegmentDigestTest, ::testing::Bool());

TEST_P(SegmentDigestTest, HasEveryPrefixAroundAnAddress) {
  std::mt19937 random(1);
  for (int i = 0; i < 20; ++i) {
    const IpAddress address = RandomAddress(random, GetParam());
    const std::string digest = DigestOf({address});
    for (int length = 0; length <= address.bits(); ++length) {
      EXPECT_TRUE(MayHave(digest, IpPrefix(address, length)))
          << IpPrefix(address, length).ToString();
    }
  }
}

// "Maybe" is said of what is not there only now and then.
TEST_P(SegmentDigestTest, HasFewPrefixesWithoutAnAddress) {
  std::mt19937 random(2);
  std::vector<IpAddress> addresses;
  addresses.reserve(300);
  for (int i = 0; i < 300; ++i) {
    addresses.push_back(RandomAddress(random, GetParam()));
  }
  const std::string digest = DigestOf(addresses);
  int asked = 0;
  int said_maybe = 0;
  while (asked < 2000) {
    const IpAddress address = RandomAddress(random, GetParam());
    const IpPrefix prefix(address, 9 + static_cast<int>(random() % 24));
    if (std::any_of(addresses.begin(), addresses.end(),
                    [&prefix](const IpAddress& known) {
                      return prefix.Contains(known);
                    })) {
      continue;
    }
    ++asked;
    if (MayHave(digest, prefix)) ++said_maybe;
  }
  EXPECT_LE(said_maybe, asked * 4 / 100);
}

TEST(SegmentDigestPrefixTest, FamiliesAreApart) {
  const std::string v4 = DigestOf({IpAddress::Parse("10.0.0.1").value()});
  EXPECT_TRUE(MayHave(v4, IpPrefix::Parse("0.0.0.0/0").value()));
  EXPECT_FALSE(MayHave(v4, IpPrefix::Parse("::/0").value()));
  const std::string v6 = DigestOf({IpAddress::Parse("2001:db8::1").value()});
  EXPECT_TRUE(MayHave(v6, IpPrefix::Parse("::/0").value()));
  EXPECT_FALSE(MayHave(v6, IpPrefix::Parse("0.0.0.0/0").value()));
}

TEST(SegmentDigestPrefixTest, RegistriesThatAreAddressesHaveTheirPrefixes) {
  for (const char* registry :
       {"10.1.2.3", "10.1.2.3:5000", "http://10.1.2.3:5000"}) {
    std::vector<Mark> marks;
    AppendMarks(EventField::kRegistry, registry, &marks);
    const std::string digest = MakeDigest(std::move(marks));
    EXPECT_TRUE(MayHave(digest, IpPrefix::Parse("10.1.2.0/23").value()))
        << registry;
    EXPECT_FALSE(MayHave(digest, IpPrefix::Parse("10.1.4.0/23").value()))
        << registry;
  }
}

TEST(SegmentDigestPrefixTest, WhatIsNoDigestExcludesNothing) {
  std::string digest = DigestOf({IpAddress::Parse("10.0.0.1").value()});
  const IpPrefix other = IpPrefix::Parse("192.168.0.0/16").value();
  ASSERT_FALSE(MayHave(digest, other));
  digest.back() = static_cast<char>(digest.back() ^ 1);
  EXPECT_TRUE(MayHave(digest, other));
  EXPECT_TRUE(MayHave("", other));
}

}  // namespace
}  // namespace pullgate::pdp
