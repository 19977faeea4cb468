// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/wire_name.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/fakes/dns_message.h"

namespace pullgate {
namespace {

std::optional<DnsName> FromDotted(absl::string_view dotted) {
  return FromWireName(DnsWireName(dotted));
}

TEST(WireNameTest, ComesBackFromTheWireAsItWas) {
  for (const char* text : {"localhost", "registry.example", "a-b.x1.example"}) {
    const DnsName name = DnsName::Parse(text).value();
    EXPECT_EQ(ToWireName(name), DnsWireName(text));
    EXPECT_EQ(FromWireName(ToWireName(name)), name);
  }
}

TEST(WireNameTest, IsNoRegistryNameWithOtherBytesInALabel) {
  EXPECT_EQ(FromDotted("_tcp.example"), std::nullopt);
  EXPECT_EQ(FromDotted("*.example"), std::nullopt);
  EXPECT_EQ(FromDotted("a b.example"), std::nullopt);
  EXPECT_EQ(FromDotted(std::string("a\0b.example", 11)), std::nullopt);
  EXPECT_EQ(FromDotted("-a.example"), std::nullopt);
}

TEST(WireNameTest, IsNeverMappedFromOtherScripts) {
  // U+3002 and U+FF0E would be dots, and U+00FC has an IDNA form.
  EXPECT_EQ(FromDotted("registry\xe3\x80\x82"
                       "evil.example"),
            std::nullopt);
  EXPECT_EQ(FromDotted("registry\xef\xbc\x8e"
                       "evil.example"),
            std::nullopt);
  EXPECT_EQ(FromDotted("b\xc3\xbc"
                       "cher.example"),
            std::nullopt);
}

TEST(WireNameTest, KeepsADotInsideALabelApartFromTwoLabels) {
  const std::string one_label(
      "\x0aregistry.x\x07"
      "example\0",
      20);
  EXPECT_EQ(FromWireName(one_label), std::nullopt);
}

TEST(WireNameTest, IsNoRegistryNameAsRootOrWithANumberAtTheEnd) {
  EXPECT_EQ(FromDotted(""), std::nullopt);
  EXPECT_EQ(FromDotted("192.0.2.7"), std::nullopt);
}

}  // namespace
}  // namespace pullgate
