// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/net/ip_address.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<IpAddress> address = IpAddress::Parse(text);
  return address.ok() ? address->ToString() : "error";
}

std::string ErrorOf(absl::string_view text) {
  return std::string(IpAddress::Parse(text).status().message());
}

TEST(IpAddressTest, DefaultIsTheUnspecifiedIpv4Address) {
  EXPECT_EQ(IpAddress().ToString(), "0.0.0.0");
  EXPECT_EQ(IpAddress(), *IpAddress::Parse("0.0.0.0"));
}

TEST(IpAddressTest, PrintsWhatItParsed) {
  for (const char* text :
       {"0.0.0.0", "10.2.2.77", "255.255.255.255", "::", "::1", "2001:db8::1",
        "fe80::1:2:3:4", "64:ff9b::a01:203", "1:2:3:4:5:6:7:8"}) {
    EXPECT_EQ(Canonical(text), text);
  }
}

TEST(IpAddressTest, SpellsIpv6AsRfc5952Says) {
  const std::vector<std::pair<std::string, std::string>> spellings = {
      {"2001:DB8::1", "2001:db8::1"},
      {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"::1.2.3.4", "::102:304"},
      {"64:ff9b::10.1.2.3", "64:ff9b::a01:203"},
  };
  for (const auto& [text, canonical] : spellings) {
    EXPECT_EQ(Canonical(text), canonical) << text;
  }
}

TEST(IpAddressTest, MappedAddressIsTheIpv4Address) {
  const IpAddress v4 = *IpAddress::Parse("10.1.2.3");
  for (const char* text :
       {"::ffff:10.1.2.3", "::FFFF:a01:203", "0:0:0:0:0:ffff:10.1.2.3"}) {
    const absl::StatusOr<IpAddress> mapped = IpAddress::Parse(text);
    ASSERT_TRUE(mapped.ok()) << text;
    EXPECT_EQ(*mapped, v4);
    EXPECT_TRUE(mapped->is_v4());
    EXPECT_EQ(mapped->bits(), 32);
    EXPECT_EQ(absl::HashOf(*mapped), absl::HashOf(v4));
  }
}

TEST(IpAddressTest, OtherEmbeddingsArePlainIpv6) {
  for (const char* text : {"64:ff9b::10.1.2.3", "::10.1.2.3",
                           "2002:a01:203::", "::ffff:0:10.1.2.3"}) {
    const absl::StatusOr<IpAddress> address = IpAddress::Parse(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_FALSE(address->is_v4()) << text;
  }
}

TEST(IpAddressTest, RefusesWhatOnlySomeProgramsTakeForIpv4) {
  for (const char* text : {"010.1.2.3",
                           "10.1.2.03",
                           "00.0.0.0",
                           "0x7f.0.0.1",
                           "0x7f000001",
                           "2130706433",
                           "127.1",
                           "127.0.1",
                           "192.168.1",
                           "017700000001",
                           "10.1.2.3.",
                           ".10.1.2.3",
                           "10..1.2",
                           "10.1.2.300",
                           "256.0.0.1",
                           "1.2.3.4.5",
                           "+1.2.3.4",
                           "1.2.3.-4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "1.2.3",
                           "",
                           ".",
                           "...",
                           "1,2,3,4",
                           "10.1.2.3/32",
                           "a.b.c.d",
                           "1.2.3.4x",
                           "999999999999999999999999999999999999"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(IpAddressTest, RefusesMalformedIpv6) {
  for (const char* text : {":",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "12345::",
                           "g::1",
                           "::1%eth0",
                           "fe80::1%25eth0",
                           "[::1]",
                           "::1]",
                           ":1",
                           "1:",
                           "::10.1.2.300",
                           "::010.1.2.3",
                           "::1.2.3",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::ffff:1.2.3.4.5",
                           "2001:db8::1/64",
                           "::1 "}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(IpAddressTest, RefusesTextWithNulInside) {
  EXPECT_FALSE(IpAddress::Parse(absl::string_view("1.2.3.4\0", 8)).ok());
  EXPECT_FALSE(IpAddress::Parse(absl::string_view("::1\0", 4)).ok());
  EXPECT_FALSE(IpAddress::Parse(absl::string_view("::1\0x", 5)).ok());
}

TEST(IpAddressTest, SaysWhatWasProbablyMeant) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("127.1"), "mean \"127.0.0.1\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf("2130706433"), "mean \"127.0.0.1\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf("0x7f000001"), "mean \"127.0.0.1\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf("010.1.2.3"), "mean \"10.1.2.3\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf("fe80::1%eth0"), "mean \"fe80::1\""));
}

TEST(IpAddressTest, DoesNotEchoWhatIsNoAddressAtAll) {
  EXPECT_FALSE(absl::StrContains(ErrorOf("user:secret@host"), "secret"));
}

TEST(IpAddressTest, SortsIpv4ByNumberBeforeIpv6) {
  std::vector<IpAddress> addresses;
  for (const char* text :
       {"2001:db8::1", "10.10.0.1", "::1", "10.2.0.1", "9.255.0.0"}) {
    addresses.push_back(*IpAddress::Parse(text));
  }
  std::sort(addresses.begin(), addresses.end());
  std::string sorted;
  for (const IpAddress& a : addresses) sorted += a.ToString() + " ";
  EXPECT_EQ(sorted, "9.255.0.0 10.2.0.1 10.10.0.1 ::1 2001:db8::1 ");
}

TEST(IpAddressTest, Ipv6WithIpv4LookingBytesDiffersFromIpv4) {
  EXPECT_NE(*IpAddress::Parse("1.2.3.4"), *IpAddress::Parse("102:304::"));
}

TEST(IpAddressTest, EveryAddressParsesBackFromItsText) {
  uint64_t state = 1;
  for (int i = 0; i < 2000; ++i) {
    std::array<uint8_t, 16> bytes;
    for (uint8_t& byte : bytes) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      byte = state >> 60 < 9 ? 0 : static_cast<uint8_t>(state >> 56);
    }
    const IpAddress address = IpAddress::FromV6Bytes(bytes);
    const absl::StatusOr<IpAddress> back = IpAddress::Parse(address.ToString());
    ASSERT_TRUE(back.ok()) << address.ToString();
    EXPECT_EQ(*back, address) << address.ToString();
  }
}

}  // namespace
}  // namespace pullgate
