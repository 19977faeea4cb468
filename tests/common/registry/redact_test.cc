// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/redact.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

const char kDigest[] =
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(RedactTest, HidesUserAndPassword) {
  EXPECT_EQ(RedactAddress("user:pw@reg.example.com"), "***@reg.example.com");
  EXPECT_EQ(RedactAddress("https://user:pw@reg.example.com:5000/x"),
            "***@reg.example.com:5000/x");
  EXPECT_EQ(RedactAddress("p@ss:w@rd@reg"), "***@reg");
  EXPECT_EQ(RedactAddress("us?er:p#w@reg"), "***@reg");
  EXPECT_EQ(RedactAddress("@"), "***@");
}

TEST(RedactTest, CutsQueryAndFragment) {
  EXPECT_EQ(RedactAddress("reg/?token=secret"), "reg/");
  EXPECT_EQ(RedactAddress("reg#secret"), "reg");
  EXPECT_EQ(RedactAddress("user:pw@reg?token=x#y"), "***@reg");
}

TEST(RedactTest, LeavesAnAddressAsItIs) {
  for (const char* text : {"", "reg.example.com:5000", "[2001:db8::1]:5000",
                           "*.example.com", "10.2.2.1/24",
                           "b\xc3\xbc"
                           "cher.example"}) {
    EXPECT_EQ(RedactAddress(text), text);
  }
}

TEST(RedactTest, EscapesWhatNobodySees) {
  EXPECT_EQ(RedactAddress("a\nb"), "a\\u000ab");
  EXPECT_EQ(RedactAddress("regi\xc2\xadstry"), "regi\\u00adstry");
  EXPECT_EQ(RedactAddress("a\xe2\x80\xae"
                          "b"),
            "a\\u202eb");
  EXPECT_EQ(RedactAddress(absl::string_view("a\0b", 3)), "a\\u0000b");
  EXPECT_EQ(RedactAddress("a b"), "a b");
}

TEST(RedactTest, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(RedactAddress("a\xff"
                          "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(RedactTest, CutsLongTextBetweenCharacters) {
  const std::string cut = RedactAddress(std::string(4000, 'a'));
  EXPECT_LE(cut.size(), 512u);
  EXPECT_TRUE(absl::EndsWith(cut, "a..."));
  std::string wide;
  for (int i = 0; i < 1000; ++i) wide += "\xe4\xb8\xad";
  const std::string cut_wide = RedactAddress(wide);
  EXPECT_LE(cut_wide.size(), 512u);
  EXPECT_EQ((cut_wide.size() - 3) % 3, 0u);
}

TEST(RedactTest, ImageKeepsItsDigest) {
  const std::string image = absl::StrCat("reg.example.com/app:1@", kDigest);
  EXPECT_EQ(RedactImage(image), image);
  EXPECT_EQ(RedactImage(absl::StrCat("u:pw@", image)),
            absl::StrCat("***@", image));
}

TEST(RedactTest, ImageWithAPasswordInPlaceOfADigestIsHidden) {
  EXPECT_EQ(RedactImage("user:pw@reg.example.com/app"),
            "***@reg.example.com/app");
  EXPECT_EQ(RedactImage("user:pw@sha256:00"), "***@sha256:00");
}

}  // namespace
}  // namespace pullgate
