// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/explain.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/decide.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

struct Given {
  PolicyText policy;
  std::vector<ProtectedRegistryText> protected_registries;
  std::string question;
  std::vector<std::string> addresses = {};
  std::vector<std::string> names = {};
};

Explanation ExplanationOf(const Given& given) {
  ProcessSettings settings;
  settings.protected_registries = given.protected_registries;
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  Evidence evidence;
  evidence.outcome = Evidence::Outcome::kLookedUp;
  for (const std::string& text : given.addresses) {
    evidence.addresses.push_back(*IpAddress::Parse(text));
  }
  for (const std::string& text : given.names) {
    evidence.names.push_back(*DnsName::Parse(text));
  }
  return *Decide(*CompilePolicy(given.policy, settings).snapshot,
                 *RegistryAddress::ParseQuestion(given.question), evidence,
                 DecideOptions{true})
              ->explanation;
}

PolicyText Lists(std::vector<std::string> whitelist,
                 std::vector<std::string> insecure) {
  PolicyText text;
  text.whitelist = std::move(whitelist);
  text.insecure = std::move(insecure);
  return text;
}

std::string RoleOf(const MatchedRule& matched) {
  switch (matched.role) {
    case MatchedRule::Role::kDecided:
      return "decided";
    case MatchedRule::Role::kAlso:
      return "also";
    case MatchedRule::Role::kBeaten:
      return absl::StrCat("beaten by ", PlaceOf(*matched.beaten_by));
  }
  return "";
}

// "https:443 whitelist[0] decided", one line for each match.
std::string Matched(const Explanation& explanation) {
  std::vector<std::string> lines;
  for (const MatchedRule& matched : explanation.matched) {
    lines.push_back(absl::StrCat(SchemeName(matched.scheme), ":", matched.port,
                                 " ", PlaceOf(matched.rule),
                                 matched.by_evidence.empty() ? "" : " by ",
                                 matched.by_evidence, " ", RoleOf(matched)));
  }
  return absl::StrJoin(lines, "\n");
}

std::string Nearby(const Explanation& explanation) {
  std::vector<std::string> lines;
  for (const NearbyRule& nearby : explanation.nearby) {
    lines.push_back(nearby.note);
  }
  return absl::StrJoin(lines, "\n");
}

TEST(ExplainTest, SaysWhatMatchedAndWhatBeatWhat) {
  EXPECT_EQ(Matched(ExplanationOf(
                {Lists({"a.example.com:443"}, {"*.example.com", "*.com"}),
                 {},
                 "a.example.com"})),
            "https:443 whitelist[0] decided\n"
            "https:443 insecure[0] beaten by whitelist[0]\n"
            "https:443 insecure[1] beaten by whitelist[0]\n"
            "http:80 insecure[0] also\n"
            "http:80 insecure[1] also");
}

TEST(ExplainTest, SaysByWhichEvidenceARuleMatched) {
  const Explanation explanation =
      ExplanationOf({Lists({"10.2.0.0/16"}, {"10.2.2.0/24"}),
                     {},
                     "https://reg.corp.example",
                     {"10.2.2.5", "10.2.3.5"}});
  EXPECT_EQ(Matched(explanation),
            "https:443 insecure[0] by 10.2.2.5 decided\n"
            "https:443 whitelist[0] by 10.2.2.5 also\n"
            "https:443 whitelist[0] by 10.2.3.5 also");
  EXPECT_EQ(explanation.matched[0].note,
            "insecure[0] \"10.2.2.0/24\" matches 10.2.2.5, an address of "
            "https://reg.corp.example: that allows it, but makes it insecure "
            "only if what was asked is listed too");
  EXPECT_EQ(explanation.matched[1].note,
            "whitelist[0] \"10.2.0.0/16\" matches 10.2.2.5, an address of "
            "https://reg.corp.example");
  EXPECT_EQ(explanation.steps[1],
            "https://reg.corp.example is judged at each of its addresses "
            "10.2.2.5, 10.2.3.5");
}

TEST(ExplainTest, SaysThatProtectionWon) {
  const Explanation explanation =
      ExplanationOf({Lists({}, {"*.corp.example"}),
                     {{"harbor.example", {"10.2.40.40"}}},
                     "https://alias.corp.example",
                     {"10.2.40.40"}});
  EXPECT_EQ(Matched(explanation),
            "https:443 insecure[0] beaten by protected_registries[0]");
  EXPECT_EQ(explanation.matched[0].beaten_by->text, "harbor.example");
}

TEST(ExplainTest, NamesOfAnAddressAreSaid) {
  EXPECT_EQ(Matched(ExplanationOf({Lists({"reg.example.com"}, {"10.0.0.0/8"}),
                                   {},
                                   "https://10.9.9.9",
                                   {},
                                   {"reg.example.com"}})),
            "https:443 insecure[0] beaten by whitelist[0]\n"
            "https:443 whitelist[0] by reg.example.com decided");
}

TEST(ExplainTest, EveryMatchIsOneSentence) {
  const Explanation explanation =
      ExplanationOf({Lists({"a.example.com:443"}, {"*.example.com"}),
                     {},
                     "https://a.example.com",
                     {"10.2.2.5"}});
  EXPECT_EQ(explanation.matched[0].note,
            "whitelist[0] \"a.example.com:443\" matches https://a.example.com "
            "and decided");
  EXPECT_EQ(explanation.matched[1].note,
            "insecure[0] \"*.example.com\" matches https://a.example.com, but "
            "whitelist[0] \"a.example.com:443\" beats it, being more specific: "
            "it is verified");
  EXPECT_EQ(explanation.steps[1],
            "https://a.example.com is judged at its one address 10.2.2.5");
}

TEST(ExplainTest, SaysWhichAddressWasRefused) {
  const Explanation explanation = ExplanationOf({Lists({"x.example.com"}, {}),
                                                 {},
                                                 "https://x.example.com",
                                                 {"127.0.0.1", "10.2.2.5"}});
  EXPECT_EQ(Matched(explanation),
            "https:443 whitelist[0] decided\n"
            "https:443 unpinnable_addresses[1] by 127.0.0.1 also");
}

TEST(ExplainTest, ARuleOverSeveralNamesOfDockerHubIsSaidOnce) {
  EXPECT_EQ(Matched(ExplanationOf(
                {Lists({"*.docker.io"}, {}), {}, "https://docker.io"})),
            "https:443 whitelist[0] decided");
}

TEST(ExplainTest, StepsTellHowTheAnswerCameAbout) {
  const Explanation explanation =
      ExplanationOf({Lists({"r.corp.example:443"}, {"r.corp.example"}),
                     {},
                     "r.corp.example"});
  const std::string steps = absl::StrJoin(explanation.steps, "\n");
  EXPECT_EQ(steps,
            "in mode WHITELIST only what a rule covers is allowed\n"
            "no address is known, so that rules over names alone decide\n"
            "HTTPS on port 443 is allowed, and must be verified\n"
            "HTTP on port 80 is allowed, and insecure\n"
            "plain HTTP is left out, as it never stands beside an HTTPS that "
            "must verify");
}

TEST(ExplainTest, SaysThatTheLookUpFailed) {
  const auto policy =
      CompilePolicy(Lists({"a.b"}, {}), ProcessSettings()).snapshot;
  Evidence failed;
  failed.outcome = Evidence::Outcome::kFailed;
  const Decision decision = *Decide(*policy, *RegistryAddress::Parse("a.b"),
                                    failed, DecideOptions{true});
  EXPECT_TRUE(absl::StrContains(decision.explanation->steps.back(),
                                "DNS did not answer"));
}

TEST(ExplainTest, IsBounded) {
  PolicyText text;
  for (int i = 0; i <= 32; ++i) {
    text.whitelist.push_back(absl::StrCat("10.2.2.5/", i < 8 ? 8 : i));
  }
  std::vector<std::string> addresses(1, "10.2.2.5");
  for (int i = 0; i < 60; ++i) addresses.push_back(absl::StrCat("10.2.2.", i));
  EXPECT_EQ(ExplanationOf({text, {}, "a.b", addresses}).matched.size(),
            static_cast<size_t>(kMaxMatchedRules));
}

TEST(NearbyTest, FindsTheSameHostOnAnotherPort) {
  EXPECT_EQ(
      Nearby(ExplanationOf(
          {Lists({"a.example.com:5000", "x.org"}, {}), {}, "a.example.com"})),
      "whitelist[0] \"a.example.com:5000\" names the same host with another "
      "port");
  EXPECT_EQ(Nearby(ExplanationOf(
                {Lists({"https://a.b", "*.b:80"}, {}), {}, "a.b:5000"})),
            "whitelist[0] \"https://a.b\" names the same host with another "
            "scheme or port\n"
            "whitelist[1] \"*.b:80\" covers this host with another port");
  EXPECT_EQ(Nearby(ExplanationOf({Lists({"10.2.2.5:5000"}, {}),
                                  {},
                                  "reg.corp.example",
                                  {"10.2.2.5"}})),
            "whitelist[0] \"10.2.2.5:5000\" covers 10.2.2.5 with another port");
}

TEST(NearbyTest, FindsTheSameDomain) {
  EXPECT_EQ(
      Nearby(ExplanationOf({Lists({"*.lab.example.com", "example.com",
                                   "b.example.com", "other.org", "com"},
                                  {"x.a.example.com"}),
                            {},
                            "a.example.com"})),
      "whitelist[0] \"*.lab.example.com\" is of the same domain\n"
      "whitelist[1] \"example.com\" covers example.com itself; names below "
      "it take \"*.example.com\"\n"
      "whitelist[2] \"b.example.com\" is of the same domain\n"
      "whitelist[4] \"com\" covers com itself; names below it take "
      "\"*.com\"\n"
      "insecure[0] \"x.a.example.com\" is of the same domain");
  EXPECT_EQ(
      Nearby(ExplanationOf({Lists({"*.example.com"}, {}), {}, "example.com"})),
      "whitelist[0] \"*.example.com\" covers the names below this one, but "
      "not this one itself");
}

TEST(NearbyTest, FindsBlocksNextToTheAddress) {
  EXPECT_EQ(
      Nearby(ExplanationOf({Lists({"10.2.2.0/24", "10.2.4.0/24", "10.2.5.0/24",
                                   "11.0.0.0/8", "2001:db8::/32"},
                                  {}),
                            {},
                            "10.2.3.7"})),
      "whitelist[0] \"10.2.2.0/24\" lies next to 10.2.3.7\n"
      "whitelist[1] \"10.2.4.0/24\" lies next to 10.2.3.7\n"
      "whitelist[3] \"11.0.0.0/8\" lies next to 10.2.3.7");
  EXPECT_EQ(Nearby(ExplanationOf({Lists({"2001:db8::/32", "2001:dba::/32"}, {}),
                                  {},
                                  "[2001:db9::1]"})),
            "whitelist[0] \"2001:db8::/32\" lies next to 2001:db9::1\n"
            "whitelist[1] \"2001:dba::/32\" lies next to 2001:db9::1");
}

TEST(NearbyTest, KeepsTheNearestOfMany) {
  std::vector<std::string> whitelist;
  for (int i = 0; i < 500; ++i) {
    whitelist.push_back(absl::StrCat("h", i, ".example.com"));
  }
  whitelist.push_back("a.example.com:5000");
  const Explanation explanation =
      ExplanationOf({Lists(whitelist, {}), {}, "a.example.com"});
  ASSERT_EQ(explanation.nearby.size(), 10u);
  EXPECT_EQ(PlaceOf(explanation.nearby[0].rule), "whitelist[500]");
  EXPECT_EQ(PlaceOf(explanation.nearby[1].rule), "whitelist[0]");
}

TEST(NearbyTest, IsForDenialsOnly) {
  EXPECT_EQ(Nearby(ExplanationOf({Lists({"a.b", "a.b:5000"}, {}), {}, "a.b"})),
            "");
}

}  // namespace
}  // namespace pullgate
