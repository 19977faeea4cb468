// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/scope_findings.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using Texts = std::vector<std::string>;

PolicyText Policy(const Texts& whitelist, const std::vector<Texts>& scopes) {
  PolicyText text;
  text.mode = PolicyMode::kWhitelist;
  text.whitelist = whitelist;
  text.ca_scopes = scopes;
  return text;
}

// "place severity" of each finding about a scope without rules.
std::string Found(const PolicyText& text) {
  Texts found;
  for (const Finding& finding : CompilePolicy(text, {}).findings) {
    if (finding.code != "SCOPE_MATCHES_NO_RULE") continue;
    found.push_back(absl::StrCat(
        finding.place,
        finding.severity == Severity::kWarning ? " warning" : " notice"));
  }
  return absl::StrJoin(found, ", ");
}

TEST(ScopeFindingsTest, AScopeWithARuleIsFineWhicheverIsBroader) {
  for (const auto& [rule, scope] :
       std::vector<std::pair<std::string, std::string>>{
           {"a.b.example", "a.b.example"},
           {"*.example", "a.b.example"},
           {"a.b.example", "*.example"},
           {"*.b.example", "*.example"},
           {"*.example", "*.b.example"},
           {"10.0.0.0/8", "10.1.0.0/16"},
           {"10.1.0.1", "10.0.0.0/8"},
           {"a.example:5000", "a.example"},
           {"a.example", "https://a.example"},
           {"docker.io", "registry-1.docker.io"}}) {
    EXPECT_EQ(Found(Policy({rule}, {{scope}})), "") << rule << " " << scope;
  }
}

TEST(ScopeFindingsTest, AScopeThatNoRuleMeetsIsWarnedOf) {
  for (const auto& [rule, scope] :
       std::vector<std::pair<std::string, std::string>>{
           {"a.example", "b.example"},
           {"example", "*.example"},
           {"*.a.example", "*.b.example"},
           {"10.0.0.0/9", "10.128.0.0/9"},
           {"a.example:5000", "a.example:5001"}}) {
    EXPECT_EQ(Found(Policy({rule}, {{scope}})), "registry_cas[0].scope warning")
        << rule << " " << scope;
  }
}

TEST(ScopeFindingsTest, OneRuleOfAScopeIsEnoughAndNoneIsAll) {
  EXPECT_EQ(Found(Policy({"a.example"}, {{"b.example", "a.example"}, {}})), "");
  EXPECT_EQ(Found(Policy({"a.example"}, {{}, {"b.example", "c.example"}})),
            "registry_cas[1].scope warning");
}

TEST(ScopeFindingsTest, WhatEvidenceCanLeadToIsANotice) {
  EXPECT_EQ(Found(Policy({"10.0.0.0/8"}, {{"harbor.example"}})),
            "registry_cas[0].scope notice");
  EXPECT_EQ(Found(Policy({"harbor.example"}, {{"10.0.0.0/8"}})),
            "registry_cas[0].scope notice");
}

TEST(ScopeFindingsTest, InModeOpenEveryScopeCounts) {
  PolicyText text = Policy({}, {{"a.example"}});
  text.mode = PolicyMode::kOpen;
  EXPECT_EQ(Found(text), "");
}

TEST(ScopeFindingsTest, EntriesWithTheSameScopeCountEachForItself) {
  const PolicyText text =
      Policy({"a.example"}, {{"a.example"}, {"a.example"}, {"b.example"}});
  EXPECT_EQ(Found(text), "registry_cas[2].scope warning");
  EXPECT_EQ(CompilePolicy(text, {}).snapshot->CaEntriesInScope(
                *RegistryAddress::Parse("a.example")),
            (std::vector<int>{0, 1}));
}

}  // namespace
}  // namespace pullgate
