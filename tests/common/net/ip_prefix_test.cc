// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/net/ip_prefix.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

IpPrefix Prefix(absl::string_view text) { return *IpPrefix::Parse(text); }
IpAddress Address(absl::string_view text) { return *IpAddress::Parse(text); }

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<IpPrefix> prefix = IpPrefix::Parse(text);
  return prefix.ok() ? prefix->ToString() : "error";
}

TEST(IpPrefixTest, MasksHostBitsAway) {
  EXPECT_EQ(Canonical("10.2.2.1/24"), "10.2.2.0/24");
  EXPECT_EQ(Canonical("10.2.2.129/25"), "10.2.2.128/25");
  EXPECT_EQ(Canonical("10.2.2.1/0"), "0.0.0.0/0");
  EXPECT_EQ(Canonical("2001:db8:1:2:3::/33"), "2001:db8::/33");
  EXPECT_EQ(Canonical("2001:DB8:ffff::/36"), "2001:db8:f000::/36");
}

TEST(IpPrefixTest, SaysWhetherHostBitsWereSet) {
  EXPECT_TRUE(ParseWrittenPrefix("10.2.2.1/24")->has_host_bits);
  EXPECT_FALSE(ParseWrittenPrefix("10.2.2.0/24")->has_host_bits);
  EXPECT_FALSE(ParseWrittenPrefix("10.2.2.1")->has_host_bits);
  EXPECT_TRUE(ParseWrittenPrefix("2001:db8::1/64")->has_host_bits);
  EXPECT_TRUE(ParseWrittenPrefix("::ffff:10.2.2.1/120")->has_host_bits);
}

TEST(IpPrefixTest, AnAddressIsThePrefixOfItsFullLength) {
  EXPECT_EQ(Prefix("10.2.2.5"), Prefix("10.2.2.5/32"));
  EXPECT_EQ(Prefix("2001:db8::1"), Prefix("2001:db8::1/128"));
  EXPECT_EQ(Canonical("10.2.2.5/32"), "10.2.2.5");
  EXPECT_TRUE(Prefix("10.2.2.5/32").is_single());
  EXPECT_FALSE(Prefix("10.2.2.4/31").is_single());
  EXPECT_FALSE(Prefix("2001:db8::/32").is_single());
}

TEST(IpPrefixTest, MappedPrefixIsTheIpv4Prefix) {
  EXPECT_EQ(Canonical("::ffff:10.0.0.0/104"), "10.0.0.0/8");
  EXPECT_EQ(Canonical("::ffff:0:0/96"), "0.0.0.0/0");
  EXPECT_EQ(Canonical("::ffff:10.1.2.3/128"), "10.1.2.3");
  EXPECT_EQ(Canonical("::ffff:10.1.2.3/95"), "error");
  EXPECT_EQ(Canonical("::ffff:0:0/80"), "error");
  EXPECT_EQ(Canonical("::ffff:10.1.2.3/24"), "error");
  // Written as IPv4, the same length is fine.
  EXPECT_EQ(Canonical("10.1.2.3/24"), "10.1.2.0/24");
}

TEST(IpPrefixTest, RefusesMalformedLengths) {
  for (const char* text : {"10.2.2.0/",
                           "10.2.2.0/33",
                           "10.2.2.0/024",
                           "10.2.2.0/+8",
                           "10.2.2.0/-1",
                           "10.2.2.0/24/",
                           "10.2.2.0/ 24",
                           "10.2.2.0/24 ",
                           "10.2.2.0/0x18",
                           "10.2.2.0/255.255.255.0",
                           "10.2.2.0/999999999999",
                           "2001:db8::/129",
                           "2001:db8::/",
                           "::/00",
                           "/24",
                           "",
                           "10.2.2/24",
                           "a.b.c/24",
                           "[10.0.0.0]/8",
                           "[2001:db8::]/32",
                           "10.2.2.0:80/24",
                           "10.2.2.0/24:80",
                           "fe80::%eth0/64",
                           "10.2.2.0//24"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(IpPrefixTest, SaysWhichLengthsThereAre) {
  const absl::Status status = IpPrefix::Parse("10.2.2.0/33").status();
  EXPECT_TRUE(absl::StrContains(status.message(), "\"/33\"")) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "0-32")) << status;
}

TEST(IpPrefixTest, ContainsItsAddressesAndNoOthers) {
  const IpPrefix prefix = Prefix("10.2.2.0/23");
  EXPECT_TRUE(prefix.Contains(Address("10.2.2.0")));
  EXPECT_TRUE(prefix.Contains(Address("10.2.3.255")));
  EXPECT_FALSE(prefix.Contains(Address("10.2.4.0")));
  EXPECT_FALSE(prefix.Contains(Address("10.2.1.255")));
  EXPECT_TRUE(prefix.Contains(Address("::ffff:10.2.2.9")));
}

TEST(IpPrefixTest, NeverMixesFamilies) {
  EXPECT_FALSE(Prefix("::/0").Contains(Address("10.1.2.3")));
  EXPECT_FALSE(Prefix("0.0.0.0/0").Contains(Address("::1")));
  EXPECT_FALSE(Prefix("::/0").Contains(Prefix("10.0.0.0/8")));
  EXPECT_NE(Prefix("0.0.0.0/0"), Prefix("::/0"));
}

TEST(IpPrefixTest, ALongerPrefixNeverContainsAShorterOne) {
  EXPECT_TRUE(Prefix("10.0.0.0/8").Contains(Prefix("10.0.0.0/24")));
  EXPECT_FALSE(Prefix("10.0.0.0/24").Contains(Prefix("10.0.0.0/8")));
  EXPECT_TRUE(Prefix("10.0.0.0/8").Contains(Prefix("10.0.0.0/8")));
  EXPECT_FALSE(Prefix("10.0.0.0/8").Contains(Prefix("11.0.0.0/24")));
}

TEST(IpPrefixTest, ContainmentAgreesWithEveryAddressTried) {
  const std::vector<std::string> texts = {
      "0.0.0.0/0", "10.0.0.0/8",  "10.2.0.0/15",   "10.2.2.0/24",
      "10.2.2.1",  "10.3.0.0/16", "::/0",          "2001:db8::/32",
      "::/1",      "2001:db8::1", "2001:db8::/127"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      // A prefix contains another if and only if it contains its first address
      // and is not longer.
      EXPECT_EQ(Prefix(a).Contains(Prefix(b)),
                Prefix(a).Contains(Prefix(b).base()) &&
                    Prefix(a).length() <= Prefix(b).length())
          << a << " " << b;
    }
  }
}

TEST(IpPrefixTest, SortsAPrefixRightBeforeWhatItContains) {
  std::vector<IpPrefix> prefixes = {
      Prefix("10.2.2.0/24"), Prefix("10.0.0.0/8"), Prefix("10.2.0.0/16"),
      Prefix("10.0.0.0/7"),  Prefix("::/0"),       Prefix("11.0.0.0/8")};
  std::sort(prefixes.begin(), prefixes.end());
  std::string sorted;
  for (const IpPrefix& p : prefixes) sorted += p.ToString() + " ";
  EXPECT_EQ(sorted,
            "10.0.0.0/7 10.0.0.0/8 10.2.0.0/16 10.2.2.0/24 11.0.0.0/8 ::/0 ");
}

TEST(IpPrefixTest, EveryPrefixParsesBackFromItsText) {
  for (const char* base : {"203.0.113.77", "2001:db8:1:2:3:4:5:6", "::1"}) {
    const IpAddress address = Address(base);
    for (int length = 0; length <= address.bits(); ++length) {
      const IpPrefix prefix(address, length);
      EXPECT_EQ(Prefix(prefix.ToString()), prefix) << prefix.ToString();
      EXPECT_TRUE(prefix.Contains(address));
      EXPECT_FALSE(ParseWrittenPrefix(prefix.ToString())->has_host_bits);
    }
  }
}

}  // namespace
}  // namespace pullgate
