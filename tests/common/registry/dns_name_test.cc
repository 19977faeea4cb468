// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/dns_name.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<DnsName> name = DnsName::Parse(text);
  return name.ok() ? name->text() : "error";
}

std::string ErrorOf(absl::string_view text) {
  return std::string(DnsName::Parse(text).status().message());
}

// Spellings that must come to one canonical name.
std::vector<std::pair<std::string, std::string>> Spellings() {
  return {
      {"registry.example.com", "registry.example.com"},
      {"Registry.EXAMPLE.com", "registry.example.com"},
      {"registry.example.com.", "registry.example.com"},
      {"localhost", "localhost"},
      {"a", "a"},
      {"1a.2b", "1a.2b"},
      {"10.1.2.3x", "10.1.2.3x"},
      {"0xg", "0xg"},
      {"1.example", "1.example"},
      {"ab--cd.example", "ab--cd.example"},
      {"a-b.c-d", "a-b.c-d"},
      // The other dots.
      {"a\xe3\x80\x82"
       "b",
       "a.b"},
      {"a\xef\xbc\x8e"
       "b",
       "a.b"},
      {"a\xef\xbd\xa1"
       "b\xe3\x80\x82",
       "a.b"},
      // Internationalised: u-umlaut, full-width, sharp s (kept: not
      // transitional), capital U-umlaut, decomposed u-umlaut, a ligature.
      {"b\xc3\xbc"
       "cher.example",
       "xn--bcher-kva.example"},
      {"B\xc3\x9c"
       "CHER.example",
       "xn--bcher-kva.example"},
      {"bu\xcc\x88"
       "cher.example",
       "xn--bcher-kva.example"},
      {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
      {"\xef\xbd\x92"
       "egistry.example.com",
       "registry.example.com"},
      {"fa\xc3\x9f.example", "xn--fa-hia.example"},
      {"\xef\xac\x80.example", "ff.example"},
      {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.example",
       "xn--wgv71a119e.example"},
  };
}

TEST(DnsNameTest, EverySpellingHasOneCanonicalForm) {
  for (const auto& [text, canonical] : Spellings()) {
    EXPECT_EQ(Canonical(text), canonical) << text;
  }
}

TEST(DnsNameTest, CanonicalFormParsesBackToItself) {
  for (const auto& [text, canonical] : Spellings()) {
    EXPECT_EQ(Canonical(Canonical(text)), Canonical(text)) << text;
  }
}

TEST(DnsNameTest, RefusesMalformedLabels) {
  for (const char* text : {"",      ".",      "..",
                           ".a",    "a..b",   "a..",
                           "-a.b",  "a-.b",   "my_reg.example",
                           "a b",   "a\tb",   " a",
                           "a ",    "a,b",    "a:5000",
                           "a/b",   "*.a",    "a*",
                           "[a]",   "a\\b",   "a'b",
                           "a%20b", "user@a", "a?b",
                           "a#b",   "!",      "a\xff"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(DnsNameTest, RefusesInvisibleCharactersAnywhere) {
  for (const char* text :
       {"regi\xc2\xadstry.example.com", "a\xe2\x80\x8b.b",
        "\xef\xbb\xbf"
        "a.b",
        "a\xc2\xa0.b", "a.b\xe3\x80\x80", "a\xe2\x80\xae.b"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(DnsNameTest, CheckOfTheMappedLabelIsOurs) {
  // libidn2 lets these pass: an underscore, a full-width star and a full-width
  // blank mapped into ASCII, "a/c" from one character, a dot from another.
  for (const char* text :
       {"\xc3\xbc_x.example", "\xef\xbc\x8a.example", "\xe2\x84\x80.example",
        "a\xe2\x80\xa4"
        "b\xc3\xbc",
        "\xef\xbc\xbf.example",
        "a\xef\xbc\x9a"
        "b.example"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(DnsNameTest, RefusesPunycodeThatIsNotTheOneSpelling) {
  for (const char* text :
       {"xn--.example", "xn--a.example", "xn--zzz---.example",
        "xn--example-.example", "xn--abc.example",
        // Decodes to something that is not in form C.
        "xn--cafe-yvc.example",
        // Decodes to a character that is not allowed.
        "xn--a-ecp.example",
        // Punycode with a letter that is not ASCII in it.
        "xn--b\xc3\xbc"
        "cher.example"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(DnsNameTest, RefusesANameThatEndsLikeAnAddress) {
  for (const char* text :
       {"192.168.1", "10.1.2.300", "0x7f000001", "2130706433", "a.1", "a.0x7f",
        "a.0X", "1", "1.", "0x", "10.1.2.3", "010.1.2.3",
        "\xef\xbc\x91\xef\xbc\x90.1.2.3", "\xe2\x91\xa0.2.3.4",
        "a.\xef\xbc\x91"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(DnsNameTest, KnowsTheLongestLabelAndName) {
  const std::string label(63, 'a');
  EXPECT_EQ(Canonical(label), label);
  EXPECT_EQ(Canonical(label + "a"), "error");
  const std::string name =
      absl::StrCat(label, ".", label, ".", label, ".", std::string(61, 'b'));
  ASSERT_EQ(name.size(), 253u);
  EXPECT_EQ(Canonical(name), name);
  EXPECT_EQ(Canonical(name + "."), name);
  EXPECT_EQ(Canonical(name + "b"), "error");
  EXPECT_EQ(Canonical(std::string(100000, 'a')), "error");
}

TEST(DnsNameTest, MessageNamesTheLabel) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("my_reg.example"), "\"my_reg\""));
  EXPECT_TRUE(absl::StrContains(ErrorOf("my_reg.example"), "'_'"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a..b"), "empty label"));
  EXPECT_TRUE(absl::StrContains(ErrorOf("a.b-"), "hyphen"));
}

TEST(DnsNameTest, MessageQuotesNoPassword) {
  EXPECT_FALSE(absl::StrContains(ErrorOf("user:secret.x@reg"), "secret"));
}

TEST(DnsNameTest, KnowsASingleLabel) {
  EXPECT_TRUE(DnsName::Parse("registry.")->is_single_label());
  EXPECT_FALSE(DnsName::Parse("registry.corp")->is_single_label());
}

TEST(DnsNameTest, HostileBytesNeverBecomeANameThatDrifts) {
  uint64_t state = 7;
  const std::string alphabet =
      "abcXN-.0129_* \xc3\xbc\xe3\x80\x82\xef\xbc\x8e\xc2\xad\xff";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (int n = 0; n < 12; ++n) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += alphabet[(state >> 33) % alphabet.size()];
    }
    const std::string once = Canonical(text);
    if (once == "error") continue;
    EXPECT_EQ(Canonical(once), once) << text;
  }
}

}  // namespace
}  // namespace pullgate
