// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/protected_set.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

Rule RuleOf(absl::string_view text) { return ParseRule(text)->rule; }
IpAddress Address(absl::string_view text) { return *IpAddress::Parse(text); }

ProtectedSet SomeSet() {
  return ProtectedSet({RuleOf("harbor.corp.example"), RuleOf("10.2.40.0/24"),
                       RuleOf("https://10.3.3.3:443")},
                      {{Address("10.9.9.9"), Address("2001:db8::9")}, {}, {}});
}

std::string PlaceAndText(const std::optional<RuleReference>& rule) {
  return rule.has_value() ? PlaceOf(*rule) + " " + rule->text : "none";
}

TEST(ProtectedSetTest, DockerHubIsAlwaysInIt) {
  const ProtectedSet registries;
  for (const char* name : {"docker.io", "index.docker.io",
                           "registry-1.docker.io", "registry.hub.docker.com"}) {
    EXPECT_TRUE(registries.CoversName(name)) << name;
  }
  EXPECT_FALSE(registries.CoversName("x.docker.io"));
  EXPECT_EQ(PlaceAndText(registries.FindName("index.docker.io")),
            "protected_registries[0] docker.io");
}

TEST(ProtectedSetTest, CoversNamesAddressesAndBlocks) {
  const ProtectedSet registries = SomeSet();
  EXPECT_TRUE(registries.CoversName("harbor.corp.example"));
  EXPECT_FALSE(registries.CoversName("x.harbor.corp.example"));
  EXPECT_FALSE(registries.CoversName("corp.example"));
  EXPECT_TRUE(registries.CoversAddress(Address("10.2.40.255")));
  EXPECT_FALSE(registries.CoversAddress(Address("10.2.41.0")));
  EXPECT_TRUE(registries.CoversAddress(Address("10.3.3.3")));
  EXPECT_TRUE(registries.CoversAddress(Address("10.9.9.9")));
  EXPECT_TRUE(registries.CoversAddress(Address("2001:db8::9")));
}

TEST(ProtectedSetTest, SaysWhichRegistryItIs) {
  const ProtectedSet registries = SomeSet();
  EXPECT_EQ(PlaceAndText(registries.FindAddress(Address("10.9.9.9"))),
            "protected_registries[0] harbor.corp.example");
  EXPECT_EQ(PlaceAndText(registries.FindAddress(Address("10.2.40.7"))),
            "protected_registries[1] 10.2.40.0/24");
  EXPECT_EQ(PlaceAndText(registries.FindName("docker.io")),
            "protected_registries[3] docker.io");
  EXPECT_EQ(PlaceAndText(registries.FindName("a.b")), "none");
}

TEST(ProtectedSetTest, KnowsWhatARuleNamesOutright) {
  const ProtectedSet registries = SomeSet();
  for (const char* text :
       {"harbor.corp.example", "harbor.corp.example:5000",
        "http://harbor.corp.example", "docker.io:5000", "10.2.40.0/24",
        "10.3.3.3", "10.3.3.3:80", "10.9.9.9:5000", "https://[2001:db8::9]"}) {
    EXPECT_TRUE(registries.FindNamedBy(RuleOf(text)).has_value()) << text;
  }
  for (const char* text :
       {"*.corp.example", "*.harbor.corp.example", "10.2.40.0/25", "10.2.40.7",
        "10.2.0.0/16", "10.3.3.2/31", "other.corp.example"}) {
    EXPECT_FALSE(registries.FindNamedBy(RuleOf(text)).has_value()) << text;
  }
}

TEST(ProtectedSetTest, KnowsPrefixesThatLieInsideWholly) {
  const ProtectedSet registries = SomeSet();
  EXPECT_TRUE(registries.CoversPrefix(*IpPrefix::Parse("10.2.40.0/24")));
  EXPECT_TRUE(registries.CoversPrefix(*IpPrefix::Parse("10.2.40.128/25")));
  EXPECT_TRUE(registries.CoversPrefix(*IpPrefix::Parse("10.2.40.7")));
  EXPECT_FALSE(registries.CoversPrefix(*IpPrefix::Parse("10.2.40.0/23")));
  EXPECT_FALSE(registries.CoversPrefix(*IpPrefix::Parse("10.3.3.2/31")));
}

}  // namespace
}  // namespace pullgate
