// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule_checks.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using List = FindingPlace::List;

std::vector<Finding> Check(absl::string_view text, List list) {
  FindingList findings;
  const ProtectedSet registries;
  CheckForList(*ParseRule(text), {list, 1}, &registries, findings);
  return std::move(findings).Take();
}

std::vector<Finding> Remark(absl::string_view text, List list,
                            PolicyMode mode = PolicyMode::kWhitelist) {
  FindingList findings;
  RemarkOn(*ParseRule(text), {list, 1}, mode, findings);
  return std::move(findings).Take();
}

std::string Codes(const std::vector<Finding>& findings) {
  std::vector<std::string> codes;
  for (const Finding& finding : findings) codes.push_back(finding.code);
  return absl::StrJoin(codes, " ");
}

TEST(RuleChecksTest, PlaintextBelongsIntoTheInsecureList) {
  const std::vector<Finding> findings =
      Check("http://a.b:5000", List::kWhitelist);
  ASSERT_EQ(Codes(findings), "PLAINTEXT_IN_WHITELIST");
  EXPECT_TRUE(absl::StrContains(findings[0].message,
                                "did you mean \"https://a.b:5000\"?"))
      << findings[0].message;
  EXPECT_EQ(findings[0].place, "whitelist[1]");
  EXPECT_EQ(Codes(Check("http://10.2.2.5", List::kWhitelist)),
            "PLAINTEXT_IN_WHITELIST");
  EXPECT_EQ(Codes(Check("http://a.b", List::kInsecure)), "");
  EXPECT_EQ(Codes(Check("http://a.b", List::kCaScopes)), "PLAINTEXT_IN_SCOPE");
  EXPECT_EQ(Codes(Check("https://a.b", List::kWhitelist)), "");
}

TEST(RuleChecksTest, AnInsecureBlockHasASize) {
  EXPECT_EQ(Codes(Check("10.0.0.0/7", List::kInsecure)),
            "INSECURE_BLOCK_TOO_LARGE");
  EXPECT_EQ(Codes(Check("0.0.0.0/0", List::kInsecure)),
            "INSECURE_BLOCK_TOO_LARGE");
  EXPECT_EQ(Codes(Check("2001:db8::/31", List::kInsecure)),
            "INSECURE_BLOCK_TOO_LARGE");
  EXPECT_EQ(Codes(Check("10.0.0.0/8", List::kInsecure)), "");
  EXPECT_EQ(Codes(Check("2001:db8::/32", List::kInsecure)), "");
  EXPECT_EQ(Codes(Check("0.0.0.0/0", List::kWhitelist)), "");
  EXPECT_EQ(Codes(Check("::/0", List::kCaScopes)), "");
}

TEST(RuleChecksTest, DockerHubIsNeverInsecure) {
  for (const char* text :
       {"docker.io", "Index.Docker.io:443", "http://registry-1.docker.io:5000",
        "https://registry.hub.docker.com"}) {
    EXPECT_EQ(Codes(Check(text, List::kInsecure)), "INSECURE_DOCKER_HUB")
        << text;
    EXPECT_EQ(Codes(Check("https://a.b", List::kWhitelist)), "");
  }
  EXPECT_EQ(Codes(Check("*.docker.io", List::kInsecure)), "");
}

TEST(RuleChecksTest, AStoredPolicyMayNameWhatIsProtectedByNow) {
  const ProtectedSet registries({ParseRule("a.b")->rule}, {{}});
  FindingList submitted;
  CheckForList(*ParseRule("a.b"), {List::kInsecure, 0}, &registries, submitted);
  EXPECT_TRUE(submitted.has_error());
  FindingList stored;
  CheckForList(*ParseRule("a.b"), {List::kInsecure, 0}, nullptr, stored);
  EXPECT_FALSE(stored.has_error());
}

TEST(RuleChecksTest, RemarksOnBlocks) {
  EXPECT_EQ(Codes(Remark("10.2.2.1/24", List::kWhitelist)), "HOST_BITS_SET");
  EXPECT_EQ(Codes(Remark("10.2.2.0/24", List::kInsecure)), "");
  EXPECT_EQ(Codes(Remark("10.2.2.0/24", List::kInsecure, PolicyMode::kOpen)),
            "INSECURE_BLOCK_IN_OPEN_MODE");
  EXPECT_EQ(Codes(Remark("10.2.2.5", List::kInsecure, PolicyMode::kOpen)), "");
  EXPECT_EQ(Codes(Remark("203.0.113.0/24", List::kWhitelist)), "PUBLIC_BLOCK");
  EXPECT_EQ(Codes(Remark("203.0.113.5", List::kWhitelist)), "");
  EXPECT_EQ(Codes(Remark("10.0.0.0/7", List::kWhitelist)), "PUBLIC_BLOCK");
}

TEST(RuleChecksTest, RemarksOnWildcardsOverPublicSuffixes) {
  for (const char* text :
       {"*.com", "*.co.uk", "*.github.io", "*.io:443", "*.xn--p1ai"}) {
    EXPECT_EQ(Codes(Remark(text, List::kWhitelist)), "PUBLIC_SUFFIX_WILDCARD")
        << text;
  }
  // An unknown top-level domain is not public, and neither is what is below.
  for (const char* text : {"*.corp", "*.local", "*.example.com", "*.example"}) {
    EXPECT_EQ(Codes(Remark(text, List::kWhitelist)), "") << text;
  }
}

TEST(RuleChecksTest, RemarksOnWildcardsAboveSuffixesOfEveryName) {
  // Every name below ck is a public suffix.
  EXPECT_EQ(Codes(Remark("*.ck", List::kInsecure)), "PUBLIC_SUFFIX_WILDCARD");
  EXPECT_EQ(Codes(Remark("*.kawasaki.jp", List::kInsecure)),
            "PUBLIC_SUFFIX_WILDCARD");
}

TEST(RuleChecksTest, RemarksOnPublicAddressesThatAreInsecure) {
  EXPECT_EQ(Codes(Remark("8.8.8.8", List::kInsecure)),
            "INSECURE_PUBLIC_ADDRESS");
  EXPECT_EQ(Codes(Remark("[2001:4860::8]:5000", List::kInsecure)),
            "INSECURE_PUBLIC_ADDRESS");
  EXPECT_EQ(Codes(Remark("10.2.2.5", List::kInsecure)), "");
  EXPECT_EQ(Codes(Remark("8.8.8.8", List::kWhitelist)), "");
}

TEST(RuleChecksTest, RemarksOnAGroupThatLooksLikeAPort) {
  const std::vector<Finding> findings =
      Remark("2001:db8::1:5000", List::kWhitelist);
  ASSERT_EQ(Codes(findings), "LOOKS_LIKE_PORT");
  EXPECT_TRUE(absl::StrContains(findings[0].message, "\"[2001:db8::1]:5000\""))
      << findings[0].message;
  EXPECT_TRUE(
      absl::StrContains(Remark("2001:db8::5000", List::kWhitelist)[0].message,
                        "\"[2001:db8::]:5000\""));
}

TEST(RuleChecksTest, KnowsPrivateHosts) {
  for (const char* text :
       {"registry", "localhost:5000", "reg.corp.local", "reg.example",
        "10.2.2.5", "[fd00::1]:5000", "172.16.0.1"}) {
    EXPECT_TRUE(IsPrivateHost(ParseRule(text)->rule)) << text;
  }
  for (const char* text : {"reg.example.com", "gcr.io", "203.0.113.5",
                           "2001:db8::1", "reg.co.uk"}) {
    EXPECT_FALSE(IsPrivateHost(ParseRule(text)->rule)) << text;
  }
}

}  // namespace
}  // namespace pullgate
