// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/text_check.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(TextCheckTest, KnowsWhatNobodySees) {
  // Zs, Zl, Zp, Cc, Cf; among them the soft hyphen, the zero-width space, the
  // byte order mark, a bidirectional override and a language tag.
  for (const uint32_t code_point :
       {0x00u,   0x09u,   0x0au,   0x20u,   0x7fu,    0x85u,   0xa0u,   0xadu,
        0x600u,  0x1680u, 0x180eu, 0x2000u, 0x200bu,  0x200du, 0x2028u, 0x2029u,
        0x202eu, 0x2060u, 0x3000u, 0xfeffu, 0xe0001u, 0xe0041u}) {
    EXPECT_TRUE(IsInvisible(code_point)) << std::hex << code_point;
  }
  for (const uint32_t code_point :
       {0x21u, 0x7eu, 0xfcu, 0x3002u, 0x4e2du, 0xff0eu, 0xfe0fu, 0x1f600u}) {
    EXPECT_FALSE(IsInvisible(code_point)) << std::hex << code_point;
  }
}

TEST(TextCheckTest, AcceptsVisibleTextOfAnyScript) {
  EXPECT_TRUE(CheckVisibleText("").ok());
  EXPECT_TRUE(CheckVisibleText("*.example.com:5000/~").ok());
  EXPECT_TRUE(CheckVisibleText("b\xc3\xbc"
                               "cher.\xe4\xb8\xad\xe5\x9b\xbd")
                  .ok());
}

TEST(TextCheckTest, NamesTheCharacterAndItsPlace) {
  const absl::Status status = CheckVisibleText("regi\xc2\xadstry");
  EXPECT_TRUE(absl::StrContains(status.message(), "U+00AD")) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "byte 4")) << status;
  EXPECT_TRUE(absl::StrContains(CheckVisibleText("a b").message(),
                                "white space (U+0020)"));
  EXPECT_TRUE(absl::StrContains(CheckVisibleText("a\x01").message(),
                                "control character"));
}

TEST(TextCheckTest, RefusesWhatIsNotUtf8) {
  for (const absl::string_view text :
       {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
        "\xe2\x82"}) {
    EXPECT_FALSE(CheckVisibleText(text).ok());
  }
}

TEST(TextCheckTest, FirstCharacterTakesOneByteOfWhatIsMalformed) {
  const Utf8Character bad = FirstCharacter("\xff\xfe");
  EXPECT_FALSE(bad.valid);
  EXPECT_EQ(bad.bytes, 1);
  const Utf8Character good = FirstCharacter("\xe3\x80\x82x");
  EXPECT_TRUE(good.valid);
  EXPECT_EQ(good.bytes, 3);
  EXPECT_EQ(good.code_point, 0x3002u);
}

TEST(TextCheckTest, SeesANulInsideTheText) {
  EXPECT_FALSE(CheckVisibleText(absl::string_view("a\0b", 3)).ok());
}

TEST(TextCheckTest, PlainIsWhatAddressesAreWrittenWith) {
  EXPECT_TRUE(IsPlainAddressText(""));
  EXPECT_TRUE(IsPlainAddressText("https://[2001:db8::1]:5000/"));
  EXPECT_TRUE(IsPlainAddressText("Reg-1.Example.COM:443"));
  for (int c = 0; c < 256; ++c) {
    const std::string text = {'a', static_cast<char>(c), 'b'};
    if (IsPlainAddressText(text)) {
      EXPECT_TRUE(CheckVisibleText(text).ok()) << c;
      EXPECT_EQ(text.find_first_of("@?#%* _"), std::string::npos) << c;
    }
  }
}

}  // namespace
}  // namespace pullgate
