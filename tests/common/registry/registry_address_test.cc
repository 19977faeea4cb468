// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/registry_address.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string Canonical(absl::string_view text) {
  const absl::StatusOr<RegistryAddress> address = RegistryAddress::Parse(text);
  return address.ok() ? address->ToString() : "error";
}

std::string Question(absl::string_view text) {
  const absl::StatusOr<RegistryAddress> address =
      RegistryAddress::ParseQuestion(text);
  return address.ok() ? address->ToString() : "error";
}

std::string ErrorOf(absl::string_view text) {
  return std::string(RegistryAddress::Parse(text).status().message());
}

std::vector<std::pair<std::string, std::string>> Spellings() {
  return {
      {"reg.example.com", "reg.example.com"},
      {"REG.example.com.:5000", "reg.example.com:5000"},
      {"reg.example.com/", "reg.example.com"},
      {"reg.example.com:5000/", "reg.example.com:5000"},
      {"HTTPS://Reg.Example.com", "https://reg.example.com"},
      {"Http://reg.example.com:80/", "http://reg.example.com:80"},
      {"https://10.2.40.40", "https://10.2.40.40"},
      {"localhost", "localhost"},
      {"registry:5000", "registry:5000"},
      {"http-registry.local", "http-registry.local"},
      {"10.2.40.40:443", "10.2.40.40:443"},
      {"::1", "::1"},
      {"[::1]", "::1"},
      {"[::1]/", "::1"},
      {"2001:DB8::1/", "2001:db8::1"},
      {"[2001:DB8:0:0:0:0:0:1]:5000", "[2001:db8::1]:5000"},
      {"https://[2001:db8::1]", "https://[2001:db8::1]"},
      {"http://[2001:db8::1]:80/", "http://[2001:db8::1]:80"},
      {"2001:db8::1:5000", "2001:db8::1:5000"},
      {"[::ffff:10.1.2.3]:5000", "10.1.2.3:5000"},
      {"::ffff:a01:203", "10.1.2.3"},
      {"https://[::ffff:10.1.2.3]", "https://10.1.2.3"},
      {"b\xc3\xbc"
       "cher.example:1",
       "xn--bcher-kva.example:1"},
      {"reg.example.com:65535", "reg.example.com:65535"},
      {"v2/", "v2"},
      {"https://v2/", "https://v2"},
  };
}

TEST(RegistryAddressTest, EverySpellingHasOneCanonicalForm) {
  for (const auto& [text, canonical] : Spellings()) {
    EXPECT_EQ(Canonical(text), canonical) << text;
  }
}

TEST(RegistryAddressTest, CanonicalFormParsesBackToAnEqualValue) {
  for (const auto& [text, canonical] : Spellings()) {
    const absl::StatusOr<RegistryAddress> once = RegistryAddress::Parse(text);
    const absl::StatusOr<RegistryAddress> twice =
        RegistryAddress::Parse(canonical);
    ASSERT_TRUE(once.ok() && twice.ok()) << text;
    EXPECT_EQ(*once, *twice) << text;
    EXPECT_EQ(absl::HashOf(*once), absl::HashOf(*twice)) << text;
  }
}

TEST(RegistryAddressTest, DifferentAddressesDiffer) {
  const RegistryAddress plain = *RegistryAddress::Parse("reg.example.com");
  for (const char* text : {"https://reg.example.com", "reg.example.com:443",
                           "reg.example.org", "10.1.2.3"}) {
    EXPECT_NE(plain, *RegistryAddress::Parse(text)) << text;
  }
}

TEST(RegistryAddressTest, RefusesWhatARegistryNeverHas) {
  for (const char* text : {"",
                           " ",
                           "reg.example.com/team",
                           "reg.example.com//",
                           "/",
                           "//reg",
                           "/reg",
                           "reg?x",
                           "reg/?x=1",
                           "reg#x",
                           "user@reg",
                           "user:pw@reg",
                           "https://user:pw@reg",
                           "reg%2eexample.com",
                           "ftp://reg",
                           "://reg",
                           "https://",
                           "https:///x",
                           "https://https://reg",
                           "reg:5000/x",
                           "reg.example.com/v2/",
                           "reg.example.com/v2",
                           "reg\\x",
                           "*.example.com",
                           "10.2.2.0/24",
                           "a,b",
                           "a b",
                           "10.1.2.3 ",
                           "\treg",
                           "reg\n"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RegistryAddressTest, RefusesMalformedPorts) {
  for (const char* text :
       {"reg:",        "reg:0",      "reg:00",    "reg:080", "reg:65536",
        "reg:99999",   "reg:123456", "reg:-1",    "reg:+80", "reg:8o",
        "reg:0x50",    "reg:*",      "reg:80:",   "[::1]:",  "[::1]:0",
        "[::1]5000",   "10.1.2.3:0", "10.1.2.3:", ":5000",   "reg:\xd9\xa5",
        "https://:443"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RegistryAddressTest, RefusesAddressesThatProgramsReadDifferently) {
  for (const char* text : {"127.1",
                           "2130706433",
                           "0x7f000001",
                           "0x7f.0.0.1",
                           "010.1.2.3",
                           "10.1.2.3.",
                           "10.1.2.300",
                           "192.168.1",
                           "192.168.1:5000",
                           "\xe2\x91\xa0.2.3.4",
                           "\xef\xbc\x91\xef\xbc\x90.1.2.3",
                           "127\xe3\x80\x82"
                           "0\xe3\x80\x82"
                           "0\xe3\x80\x82"
                           "1",
                           "[10.0.0.1]",
                           "[reg]",
                           "[::1",
                           "::1]",
                           "[]",
                           "[:]",
                           "[[::1]]",
                           "fe80::1%eth0",
                           "[fe80::1%25eth0]:80",
                           "https://::1",
                           "::1.",
                           "https://2001:db8::1:5000",
                           "1.2.3.4:80:90"}) {
    EXPECT_EQ(Canonical(text), "error") << text;
  }
}

TEST(RegistryAddressTest, QuestionDropsTheApiVersion) {
  const std::vector<std::pair<std::string, std::string>> questions = {
      {"https://index.docker.io/v1/", "https://index.docker.io"},
      {"reg.example.com/v2/", "reg.example.com"},
      {"reg.example.com/v2", "reg.example.com"},
      {"reg.example.com/v1", "reg.example.com"},
      {"reg.example.com:5000/v2/", "reg.example.com:5000"},
      {"[::1]:5000/v2", "[::1]:5000"},
      {"2001:db8::1/v2/", "2001:db8::1"},
      // A host of that name stays.
      {"v2", "v2"},
      {"https://v2/", "https://v2"},
      {"https://v2/v2/", "https://v2"},
      // Nothing else is dropped.
      {"reg.example.com/V2/", "error"},
      {"reg.example.com/v3/", "error"},
      {"reg.example.com/v2/v2/", "error"},
      {"reg.example.com/team/v2/", "error"},
      {"reg.example.com/v2/?x", "error"},
      {"/v2/", "error"},
  };
  for (const auto& [text, canonical] : questions) {
    EXPECT_EQ(Question(text), canonical) << text;
  }
}

TEST(RegistryAddressTest, SuggestsWhatWasMeant) {
  const std::vector<std::pair<std::string, std::string>> suggestions = {
      {"user:pw@reg.example.com:5000", "reg.example.com:5000"},
      {"https://user:pw@reg.example.com/x?y#z", "https://reg.example.com"},
      {"reg.example.com/team/app", "reg.example.com"},
      {"reg?q=1", "reg"},
      {"reg#f", "reg"},
      {"reg%2Eexample.com", "reg.example.com"},
      {"a..example.com", "a.example.com"},
      {"reg.example.com:", "reg.example.com"},
      {"10.1.2.3 ", "10.1.2.3"},
      {"10.1.2.3.", "10.1.2.3"},
      {"127.1", "127.0.0.1"},
      {"regi\xc2\xadstry.example.com", "registry.example.com"},
      {"ftp://reg.example.com", "reg.example.com"},
      {"//reg.example.com", "reg.example.com"},
      {"https://https://reg", "https://reg"},
      {"[10.0.0.1]:5000", "10.0.0.1:5000"},
      {"https://2001:db8::1", "https://[2001:db8::1]"},
      {"2001:db8::1:50000", "[2001:db8::1]:50000"},
      {"[fe80::1%25eth0]:80", "[fe80::1]:80"},
  };
  for (const auto& [text, meant] : suggestions) {
    EXPECT_TRUE(absl::StrContains(
        ErrorOf(text), absl::StrCat("did you mean \"", meant, "\"?")))
        << text << ": " << ErrorOf(text);
  }
}

TEST(RegistryAddressTest, SuggestsNothingWhenNothingIsLikely) {
  for (const char* text : {"a b", "", "my_reg", "reg:99999", "\xff"}) {
    EXPECT_FALSE(absl::StrContains(ErrorOf(text), "did you mean")) << text;
  }
}

TEST(RegistryAddressTest, MessageQuotesNoSecret) {
  for (const char* text :
       {"user:secret@reg", "https://secret@reg:x", "reg?secret", "reg#secret",
        "sec?ret:secret@reg/x", "user:secret.x@a_b"}) {
    EXPECT_FALSE(absl::StrContains(ErrorOf(text), "secret")) << ErrorOf(text);
  }
}

TEST(RegistryAddressTest, MessageIsBoundedWhateverTheText) {
  EXPECT_LT(ErrorOf(std::string(100000, 'a')).size(), 1200u);
  EXPECT_LT(ErrorOf(std::string(100000, '/')).size(), 1200u);
  EXPECT_LT(ErrorOf(std::string(3000, '%')).size(), 1200u);
}

TEST(RegistryAddressTest, KnowsSchemesAndTheirPorts) {
  EXPECT_EQ(SchemeName(Scheme::kHttps), "https");
  EXPECT_EQ(SchemeName(Scheme::kHttp), "http");
  EXPECT_EQ(DefaultPort(Scheme::kHttps), 443);
  EXPECT_EQ(DefaultPort(Scheme::kHttp), 80);
}

TEST(RegistryAddressTest, HostileTextNeverBecomesAnAddressThatDrifts) {
  uint64_t state = 3;
  const std::string alphabet = "abv12:0.[]/:-%@fF*x\xc3\xbc";
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (int n = 0; n < 9; ++n) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      text += alphabet[(state >> 33) % alphabet.size()];
    }
    const std::string once = Question(text);
    if (once == "error") continue;
    EXPECT_EQ(Canonical(once), once) << text;
  }
}

}  // namespace
}  // namespace pullgate
