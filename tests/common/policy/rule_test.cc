// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<WrittenRule> written = ParseRule(text);
  return written.ok() ? written->rule.ToString() : "error";
}

std::string ErrorOf(absl::string_view text) {
  return std::string(ParseRule(text).status().message());
}

std::vector<std::pair<std::string, std::string>> Spellings() {
  return {
      {"Registry.Example.com.", "registry.example.com"},
      {"registry.example.com:5000/", "registry.example.com:5000"},
      {"HTTPS://registry.example.com", "https://registry.example.com"},
      {"https://registry.example.com:443", "https://registry.example.com:443"},
      {"http://registry.example.com/", "http://registry.example.com"},
      {"localhost", "localhost"},
      {"*.Example.com", "*.example.com"},
      {"*.example.com.", "*.example.com"},
      {"*.example.com:5000", "*.example.com:5000"},
      {"*.com", "*.com"},
      {"*\xe3\x80\x82"
       "example\xe3\x80\x82"
       "com",
       "*.example.com"},
      {"*.b\xc3\xbc"
       "cher.example",
       "*.xn--bcher-kva.example"},
      {"10.2.2.5", "10.2.2.5"},
      {"10.2.2.5:5000", "10.2.2.5:5000"},
      {"10.2.2.5/32", "10.2.2.5"},
      {"10.2.2.1/24", "10.2.2.0/24"},
      {"10.2.2.1/8", "10.0.0.0/8"},
      {"10.0.0.0/7", "10.0.0.0/7"},
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"2001:DB8::1", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"[2001:db8:0::1]:5000", "[2001:db8::1]:5000"},
      {"https://[2001:db8::1]", "https://[2001:db8::1]"},
      {"2001:db8::1/128", "2001:db8::1"},
      {"2001:db8::1/32", "2001:db8::/32"},
      {"2001:db8::/31", "2001:db8::/31"},
      {"::/0", "::/0"},
      {"::ffff:10.0.0.0/104", "10.0.0.0/8"},
      {"::ffff:10.1.2.3", "10.1.2.3"},
      {"[::ffff:10.1.2.3]:80", "10.1.2.3:80"},
  };
}

TEST(RuleTest, EverySpellingHasOneCanonicalForm) {
  for (const auto& [text, canonical] : Spellings()) {
    EXPECT_EQ(Canonical(text), canonical) << text;
  }
}

TEST(RuleTest, CanonicalFormParsesBackToTheSameRule) {
  for (const auto& [text, canonical] : Spellings()) {
    const absl::StatusOr<WrittenRule> once = ParseRule(text);
    const absl::StatusOr<WrittenRule> twice = ParseRule(canonical);
    ASSERT_TRUE(once.ok() && twice.ok()) << text;
    EXPECT_EQ(once->rule, twice->rule) << text;
    EXPECT_FALSE(twice->had_host_bits) << text;
  }
}

TEST(RuleTest, KnowsItsKind) {
  EXPECT_EQ(ParseRule("a.b")->rule.kind(), Rule::Kind::kName);
  EXPECT_EQ(ParseRule("*.a.b")->rule.kind(), Rule::Kind::kWildcard);
  EXPECT_EQ(ParseRule("*.a.b")->rule.name(), "a.b");
  EXPECT_EQ(ParseRule("10.2.2.5")->rule.kind(), Rule::Kind::kPrefix);
  EXPECT_TRUE(ParseRule("10.2.2.5")->rule.is_exact());
  EXPECT_FALSE(ParseRule("10.2.2.5")->rule.is_block());
  EXPECT_TRUE(ParseRule("10.2.2.5/31")->rule.is_block());
  EXPECT_FALSE(ParseRule("*.a.b")->rule.is_exact());
  EXPECT_FALSE(ParseRule("*.a.b")->rule.is_block());
}

TEST(RuleTest, RefusesMisplacedStars) {
  for (const char* text : {"*",           "*:5000",
                           "*.",          "*.*",
                           "*name",       "*example.com",
                           "reg*.name",   "reg.*.name",
                           "a.*",         "*.*.a.b",
                           "**.a.b",      "*.a.*",
                           "192.168.*",   "10.*",
                           "192.168.*.*", "*.10.2.2.1",
                           "*.[::1]",     "*.::1",
                           "*.192.168",   "https://*.a.b",
                           "http://*",    "*.a.b:*",
                           "*.a.b:0",     "*.a.b:",
                           "*.a.b/x",     "*.a.b/24",
                           "*./24",       "*.-a",
                           "*.a_b",       "*.a..b",
                           "*..a",        "*/",
                           "*.a b",       "\xef\xbc\x8a.a.b",
                           "*@a.b",       "*.a?b"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RuleTest, RefusesMalformedBlocks) {
  for (const char* text : {"10.2.2.0/",
                           "10.2.2.0/33",
                           "10.2.2.0/024",
                           "10.2.2.0/24/",
                           "10.2.2.0/24:5000",
                           "10.2.2.0:80/24",
                           "[10.0.0.0]/8",
                           "[2001:db8::]/32",
                           "https://10.2.2.1/24",
                           "http://10.2.2.1/24",
                           "10.2.2.0/255.255.255.0",
                           "10.2.2.0/path",
                           "192.168.1/24",
                           "010.2.2.0/24",
                           "a.b.c/24",
                           "/24",
                           "2001:db8::/",
                           "2001:db8::/129",
                           "fe80::%eth0/64",
                           "10.2.2.1-10.2.2.9",
                           "10.2.2.0/24,10.2.3.0/24",
                           "10.2.2.0/24 ",
                           " 10.2.2.0/24",
                           "::ffff:10.0.0.0/95"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RuleTest, RefusesALargeBlockWithHostBits) {
  for (const char* text :
       {"10.2.2.1/2", "10.2.2.1/7", "1.0.0.0/0", "2001:db8::1/31",
        "2001:db8::1/0", "::ffff:10.2.2.1/100"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
  EXPECT_TRUE(absl::StrContains(ErrorOf("10.2.2.1/2"), "\"0.0.0.0/2\""));
}

TEST(RuleTest, RefusesWhatNoRegistryHas) {
  for (const char* text : {"",
                           " ",
                           "a b",
                           "a,b",
                           "user:secret@a.b",
                           "a.b?x",
                           "a.b#x",
                           "a.b%20",
                           "a.b/path",
                           "a.b//",
                           "//a.b",
                           "ftp://a.b",
                           "a.b:0",
                           "a.b:65536",
                           "a.b:",
                           "a..b",
                           "a_b",
                           "192.168.1",
                           "0x7f000001",
                           "010.1.2.3",
                           "a.b/v2/",
                           "regi\xc2\xadstry.b",
                           "a.b\n"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RuleTest, HasAtMost512Bytes) {
  EXPECT_EQ(Canonical(std::string(513, 'a')), "error");
  EXPECT_TRUE(absl::StrContains(ErrorOf(std::string(513, 'a')), "513"));
  // Long before it is looked at any closer.
  EXPECT_EQ(Canonical(std::string(10000000, '*')), "error");
}

TEST(RuleTest, SuggestsWhatWasMeant) {
  const std::vector<std::pair<std::string, std::string>> suggestions = {
      {"*example.com", "*.example.com"},
      {"reg*.example.com", "*.example.com"},
      {"reg*x.example.com", "*.example.com"},
      {"*.*.example.com", "*.example.com"},
      {"https://*.example.com:5000", "*.example.com"},
      {"*.example.com:*", "*.example.com"},
      {"192.168.*", "192.168.0.0/16"},
      {"192.168.*.*", "192.168.0.0/16"},
      {"10.2.2.*", "10.2.2.0/24"},
      {"*.10.2.2.1", "10.2.2.1"},
      {"10.2.2.0/", "10.2.2.0/24"},
      {"10.2.2.5/", "10.2.2.5"},
      {"10.2.2.0/24/", "10.2.2.0/24"},
      {"10.2.2.1/024", "10.2.2.0/24"},
      {"10.2.2.1/255.255.255.0", "10.2.2.0/24"},
      {"10.2.2.1:80/24", "10.2.2.0/24"},
      {"10.2.2.1/24:80", "10.2.2.0/24"},
      {"[10.0.0.0]/8", "10.0.0.0/8"},
      {"[2001:db8::]/32", "2001:db8::/32"},
      {"https://10.2.2.1/24", "10.2.2.0/24"},
      {"192.168.1/24", "192.168.1.0/24"},
      {"010.2.2.0/24", "10.2.2.0/24"},
      {"a.b.c/24", "a.b.c"},
      {"harbor.example.com/library", "harbor.example.com"},
      {"user:secret@reg.example.com", "reg.example.com"},
      {" 10.2.2.1/24", "10.2.2.0/24"},
      {"*.a.b\t", "*.a.b"},
      {"127.1", "127.0.0.1"},
  };
  for (const auto& [text, meant] : suggestions) {
    EXPECT_TRUE(absl::StrContains(
        ErrorOf(text), absl::StrCat("did you mean \"", meant, "\"?")))
        << ErrorOf(text);
    EXPECT_NE(Canonical(meant), "error") << meant;
  }
}

TEST(RuleTest, QuotesTheTextWithoutSecrets) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("*example.com"), "\"*example.com\":"));
  for (const char* text :
       {"user:secret@*.a", "user:secret@10.0.0.0/8", "*.a?secret",
        "user:secret@a b", "secret@10.2.2.0/"}) {
    EXPECT_FALSE(absl::StrContains(ErrorOf(text), "secret")) << ErrorOf(text);
  }
}

TEST(RuleTest, RemembersHostBits) {
  EXPECT_TRUE(ParseRule("10.2.2.1/24")->had_host_bits);
  EXPECT_FALSE(ParseRule("10.2.2.0/24")->had_host_bits);
}

TEST(RuleTest, SeesALastGroupThatMayBeAPort) {
  for (const char* text : {"2001:db8::5000", "2001:db8::1:443", "::80"}) {
    EXPECT_TRUE(ParseRule(text)->last_group_looks_like_port) << text;
  }
  for (const char* text :
       {"2001:db8::1", "2001:db8::50f0", "[2001:db8::5000]", "2001:db8::0443",
        "2001:db8::5000/128", "2001:db8::/64", "10.2.2.5", "::ffff:1.2.3.80",
        "https://[2001:db8::5000]"}) {
    EXPECT_FALSE(ParseRule(text)->last_group_looks_like_port) << text;
  }
}

TEST(RuleTest, HostileTextNeverBecomesARuleThatDrifts) {
  uint64_t state = 11;
  const std::string alphabet = "ab.*:/0124[]%@-x \xc3\xbc";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (int n = 0; n < 8; ++n) {
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
