// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/reverse_name.h"

#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string Reverse(absl::string_view address) {
  return ReverseName(IpAddress::Parse(address).value()).text();
}

TEST(ReverseNameTest, PutsTheLastByteOfIpv4First) {
  EXPECT_EQ(Reverse("192.0.2.7"), "7.2.0.192.in-addr.arpa");
  EXPECT_EQ(Reverse("255.255.255.255"), "255.255.255.255.in-addr.arpa");
}

TEST(ReverseNameTest, PutsTheLastNibbleOfIpv6First) {
  EXPECT_EQ(Reverse("2001:db8::567:89ab"),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0."
            "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST(ReverseNameTest, TreatsMappedAddressesAsIpv4) {
  EXPECT_EQ(Reverse("::ffff:192.0.2.7"), "7.2.0.192.in-addr.arpa");
}

}  // namespace
}  // namespace pullgate
