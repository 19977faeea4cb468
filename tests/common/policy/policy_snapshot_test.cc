// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/policy_snapshot.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/decide.h"
#include "common/policy/finding_list.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

PolicyText Lists(std::vector<std::string> whitelist,
                 std::vector<std::string> insecure = {}) {
  PolicyText text;
  text.whitelist = std::move(whitelist);
  text.insecure = std::move(insecure);
  return text;
}

CompileResult Compile(const PolicyText& text,
                      PolicyMode stored = PolicyMode::kUnspecified) {
  return CompilePolicy(text, ProcessSettings(), stored);
}

std::string Found(const CompileResult& result) {
  std::vector<std::string> texts;
  for (const Finding& finding : result.findings) {
    texts.push_back(absl::StrCat(finding.place, " ", finding.code));
  }
  return absl::StrJoin(texts, ", ");
}

TEST(CompilePolicyTest, ResolvesTheMode) {
  const PolicyText nothing;
  EXPECT_EQ(Compile(nothing).snapshot->mode(), PolicyMode::kOpen);
  EXPECT_EQ(Compile(nothing, PolicyMode::kOpen).snapshot->mode(),
            PolicyMode::kOpen);
  EXPECT_EQ(Compile(nothing, PolicyMode::kWhitelist).snapshot->mode(),
            PolicyMode::kWhitelist);
  EXPECT_EQ(Compile(Lists({"a.b"}), PolicyMode::kOpen).snapshot->mode(),
            PolicyMode::kWhitelist);
  EXPECT_EQ(Compile(Lists({}, {"a.b"})).snapshot->mode(), PolicyMode::kOpen);
  PolicyText open = nothing;
  open.mode = PolicyMode::kOpen;
  EXPECT_EQ(Compile(open, PolicyMode::kWhitelist).snapshot->mode(),
            PolicyMode::kOpen);
}

TEST(CompilePolicyTest, TheCanonicalPolicyAlwaysSaysItsMode) {
  EXPECT_EQ(Compile(Lists({"a.b"})).snapshot->canonical().mode,
            PolicyMode::kWhitelist);
  EXPECT_EQ(Compile(Lists({})).snapshot->canonical().mode, PolicyMode::kOpen);
}

TEST(CompilePolicyTest, OpenTakesNoWhitelist) {
  PolicyText text = Lists({"a.b"});
  text.mode = PolicyMode::kOpen;
  const CompileResult result = Compile(text);
  EXPECT_EQ(result.snapshot, nullptr);
  EXPECT_EQ(Found(result), "mode OPEN_WITH_WHITELIST");
}

TEST(CompilePolicyTest, SaysAllErrorsAtOnceByTheirPlaces) {
  PolicyText text = Lists({"*", "a.b", "10.2.2.0/"}, {"0.0.0.0/0", "a_b"});
  text.ca_scopes = {{"a.b"}, {"a.b", "https://*.b"}};
  const CompileResult result = Compile(text);
  EXPECT_EQ(result.snapshot, nullptr);
  std::vector<std::string> errors;
  for (const Finding& finding : result.findings) {
    if (finding.severity == Severity::kError) errors.push_back(finding.place);
  }
  EXPECT_EQ(absl::StrJoin(errors, " "),
            "whitelist[0] whitelist[2] insecure[0] insecure[1] "
            "registry_cas[1].scope[1]");
}

TEST(CompilePolicyTest, AnErrorQuotesTheRuleWithoutItsPassword) {
  const CompileResult result = Compile(Lists({"user:secret@reg.example.com"}));
  ASSERT_EQ(result.findings.size(), 1u);
  const std::string& message = result.findings[0].message;
  EXPECT_TRUE(absl::StrContains(message, "\"***@reg.example.com\"")) << message;
  EXPECT_FALSE(absl::StrContains(message, "secret")) << message;
}

TEST(CompilePolicyTest, KeepsCanonicalTextInTheOrderGiven) {
  PolicyText text = Lists(
      {"10.2.2.1/24", "B.example.com.", "*.A.example.com:80", "b.example.com"},
      {"http://[2001:DB8::1]", "10.2.3.9/24"});
  text.insecure_by_evidence = true;
  text.ca_scopes = {{}, {"10.2.2.1/24", "A.B"}};
  const PolicyText canonical = Compile(text).snapshot->canonical();
  EXPECT_EQ(absl::StrJoin(canonical.whitelist, " "),
            "10.2.2.0/24 b.example.com *.a.example.com:80 b.example.com");
  EXPECT_EQ(absl::StrJoin(canonical.insecure, " "),
            "http://[2001:db8::1] 10.2.3.0/24");
  EXPECT_TRUE(canonical.insecure_by_evidence);
  ASSERT_EQ(canonical.ca_scopes.size(), 2u);
  EXPECT_EQ(absl::StrJoin(canonical.ca_scopes[1], " "), "10.2.2.0/24 a.b");
}

TEST(CompilePolicyTest, RemarksOnPrivateEntriesWithoutACa) {
  PolicyText text = Lists({"registry", "10.2.2.5", "gcr.io", "10.2.3.0/24",
                           "*.corp.local", "lab.local"},
                          {"lab.local"});
  EXPECT_EQ(Found(Compile(text)),
            "whitelist[0] NO_CA_IN_SCOPE, whitelist[1] NO_CA_IN_SCOPE");
  text.ca_scopes = {{"10.2.0.0/16"}};
  EXPECT_EQ(Found(Compile(text)), "whitelist[0] NO_CA_IN_SCOPE");
  text.ca_scopes = {{}};
  EXPECT_EQ(Found(Compile(text)), "");
}

TEST(CompilePolicyTest, RefusesMoreThanAMillionRules) {
  PolicyText text;
  text.whitelist.assign(kMaxRules, "*");
  text.ca_scopes = {{"a.b"}};
  const CompileResult result = Compile(text);
  EXPECT_EQ(result.snapshot, nullptr);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].code, "TOO_MANY_RULES");
}

TEST(CompilePolicyTest, FindingsAreBounded) {
  const CompileResult result =
      Compile(Lists(std::vector<std::string>(5000, "*")));
  EXPECT_EQ(result.findings.size(), kMaxFindings + 1);
  EXPECT_EQ(result.findings.back().message, "and 4000 more errors");
}

TEST(CompilePolicyTest, AStoredPolicyStaysInForceWhenMoreIsProtected) {
  const PolicyText text = Lists({}, {"reg.corp.example", "10.2.40.40"});
  ProcessSettings settings;
  settings.protected_registries = {{"reg.corp.example", {"10.2.40.40"}}};
  EXPECT_EQ(CompilePolicy(text, settings).snapshot, nullptr);
  const CompileResult stored = CompilePolicy(
      text, settings, PolicyMode::kUnspecified, PolicyOrigin::kStored);
  ASSERT_NE(stored.snapshot, nullptr);
  EXPECT_TRUE(stored.findings.empty());
  const Decision decision =
      *Decide(*stored.snapshot, *RegistryAddress::Parse("reg.corp.example"),
              Evidence());
  EXPECT_EQ(decision.effect, Effect::kPermit);
  EXPECT_FALSE(decision.insecure());
}

TEST(CompilePolicyTest, AStoredPolicyGetsNoRemarks) {
  PolicyText text = Lists({}, {"203.0.113.1/24", "203.0.113.1/24"});
  EXPECT_EQ(
      Found(CompilePolicy(text, ProcessSettings(), PolicyMode::kUnspecified,
                          PolicyOrigin::kStored)),
      "");
  EXPECT_NE(Found(Compile(text)), "");
}

TEST(PolicySnapshotTest, WithoutAPolicyEverythingIsDenied) {
  const auto none = PolicySnapshot::NoPolicy();
  EXPECT_FALSE(none->has_policy());
  EXPECT_EQ(none->mode(), PolicyMode::kUnspecified);
  EXPECT_TRUE(none->CaEntriesInScope(*RegistryAddress::Parse("a.b")).empty());
  for (const char* text : {"a.b", "docker.io", "10.2.2.5", "http://a.b"}) {
    for (const Evidence::Outcome outcome :
         {Evidence::Outcome::kAbsent, Evidence::Outcome::kLookedUp,
          Evidence::Outcome::kFailed}) {
      Evidence evidence;
      evidence.outcome = outcome;
      const Decision decision = *Decide(*none, *RegistryAddress::Parse(text),
                                        evidence, DecideOptions{true});
      EXPECT_EQ(decision.effect, Effect::kDeny) << text;
      EXPECT_EQ(decision.reason, DenyReason::kNoPolicy) << text;
      EXPECT_FALSE(decision.rule.has_value()) << text;
    }
  }
}

}  // namespace
}  // namespace pullgate
