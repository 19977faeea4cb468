// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/wire_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fakes/dns_message.h"

namespace pullgate {
namespace {

std::string Pointer(int target) {
  return DnsU16(static_cast<uint16_t>(0xc000 | target));
}

TEST(WireReaderTest, ReadsNumbersInNetworkOrder) {
  WireReader reader("\x01\x02\x03\x04\x05\x06");
  EXPECT_EQ(reader.ReadU16(), 0x0102);
  EXPECT_EQ(reader.ReadU32(), 0x03040506u);
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, FailsAtTheEndAndStaysFailed) {
  WireReader reader("\x01\x02\x03");
  EXPECT_EQ(reader.ReadU32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.ReadBytes(1), "");
  EXPECT_EQ(reader.ReadName(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, FailsWhenStartedBeyondTheEnd) {
  WireReader reader("abc", 9);
  EXPECT_EQ(reader.ReadBytes(0), "");
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, LowersLettersAndGoesOnAfterTheName) {
  const std::string message = DnsWireName("Registry.EXAMPLE") + "rest";
  WireReader reader(message);
  EXPECT_EQ(reader.ReadName(), DnsWireName("registry.example"));
  EXPECT_EQ(reader.ReadBytes(4), "rest");
}

TEST(WireReaderTest, FollowsPointersBackAndGoesOnAfterTheFirst) {
  // 0: "example", 9: "b" -> 0, 13: "a" -> 9, 17: "rest".
  const std::string message = absl::StrCat(DnsWireName("example"),
                                           "\x01"
                                           "b",
                                           Pointer(0),
                                           "\x01"
                                           "a",
                                           Pointer(9), "rest");
  WireReader reader(message, 13);
  EXPECT_EQ(reader.ReadName(), DnsWireName("a.b.example"));
  EXPECT_EQ(reader.ReadBytes(4), "rest");
  EXPECT_TRUE(reader.ok());
}

TEST(WireReaderTest, RefusesPointersThatDoNotGoBack) {
  const std::string to_itself = Pointer(0);
  EXPECT_EQ(WireReader(to_itself).ReadName(), "");

  const std::string forward = absl::StrCat(Pointer(2), DnsWireName("example"));
  WireReader reader(forward);
  reader.ReadName();
  EXPECT_FALSE(reader.ok());

  // Two that point at each other, and one into the labels before it.
  const std::string circle = absl::StrCat(Pointer(2), Pointer(0));
  WireReader second(circle, 2);
  second.ReadName();
  EXPECT_FALSE(second.ok());

  const std::string growing = absl::StrCat(
      "\x01"
      "a",
      Pointer(0));
  WireReader third(growing);
  third.ReadName();
  EXPECT_FALSE(third.ok());
}

TEST(WireReaderTest, RefusesNamesOverTheLimit) {
  std::string labels;
  for (int i = 0; i < 126; ++i)
    labels +=
        "\x01"
        "a";
  // 126 labels of two bytes and the root: 253, then 255, then 257.
  const std::string fits = labels +
                           "\x01"
                           "a" +
                           std::string(1, '\0');
  EXPECT_EQ(WireReader(fits).ReadName().size(), 255u);
  const std::string over = labels +
                           "\x01"
                           "a"
                           "\x01"
                           "a" +
                           std::string(1, '\0');
  WireReader reader(over);
  EXPECT_EQ(reader.ReadName(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(WireReaderTest, RefusesTheReservedKindsOfLabel) {
  for (const char* bytes : {"\x40"
                            "abc",
                            "\x80"
                            "abc"}) {
    WireReader reader(bytes);
    reader.ReadName();
    EXPECT_FALSE(reader.ok());
  }
}

TEST(WireReaderTest, RefusesNamesThatDoNotEnd) {
  for (const std::string& bytes : {std::string(),
                                   std::string("\x05"
                                               "abc"),
                                   std::string("\x03"
                                               "abc"),
                                   std::string("\xc0")}) {
    WireReader reader(bytes);
    reader.ReadName();
    EXPECT_FALSE(reader.ok());
  }
}

}  // namespace
}  // namespace pullgate
