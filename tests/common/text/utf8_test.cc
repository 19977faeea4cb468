// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/text/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace pullgate {
namespace {

constexpr char kReplaced[] = "\xef\xbf\xbd";

TEST(Utf8Test, LeavesWellFormedTextAlone) {
  for (const char* text :
       {"", "plain", "häßlich", "日本", "\xf0\x9f\x90\xb3", "\xef\xbf\xbd",
        "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(ToValidUtf8(text), text);
  }
}

TEST(Utf8Test, ReplacesBytesThatAreNoPartOfASequence) {
  EXPECT_EQ(ToValidUtf8("a\xff"
                        "b"),
            std::string("a") + kReplaced + "b");
  EXPECT_EQ(ToValidUtf8("\x80"), kReplaced);
  EXPECT_EQ(ToValidUtf8("\xc3"), kReplaced);  // cut short
  EXPECT_EQ(ToValidUtf8("\xc3("), std::string(kReplaced) + "(");
}

TEST(Utf8Test, RefusesOverlongSurrogatesAndTooLarge) {
  for (const char* text : {"\xc0\xaf", "\xc1\xbf"}) {
    EXPECT_EQ(ToValidUtf8(text), std::string(kReplaced) + kReplaced);
  }
  for (const char* text : {"\xe0\x80\xaf", "\xed\xa0\x80"}) {
    EXPECT_EQ(ToValidUtf8(text),
              std::string(kReplaced) + kReplaced + kReplaced);
  }
  EXPECT_EQ(ToValidUtf8("\xf4\x90\x80\x80").find('\xf4'), std::string::npos);
  EXPECT_EQ(ToValidUtf8("\xf5\x80\x80\x80").find('\xf5'), std::string::npos);
}

TEST(Utf8Test, IsIdempotentOverEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first),
                                static_cast<char>(second)};
      const std::string once = ToValidUtf8(text);
      EXPECT_EQ(ToValidUtf8(once), once);
    }
  }
}

TEST(Utf8Test, CutsBetweenSequences) {
  EXPECT_EQ(CutUtf8("short", 5), "short");
  EXPECT_EQ(CutUtf8("too long", 6), "too...");
  // The two bytes of the umlaut would straddle the cut.
  EXPECT_EQ(CutUtf8("aä"
                    "bcdefgh",
                    5),
            "a...");
  EXPECT_EQ(CutUtf8("abcdef", 3), "...");
}

}  // namespace
}  // namespace pullgate
