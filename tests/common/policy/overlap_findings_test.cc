// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/overlap_findings.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using Texts = std::vector<std::string>;

std::vector<Finding> Find(const Texts& whitelist, const Texts& insecure) {
  RuleIndex::Builder builder;
  for (size_t i = 0; i < whitelist.size(); ++i) {
    builder.Add(ParseRule(whitelist[i])->rule, RuleList::kWhitelist,
                static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < insecure.size(); ++i) {
    builder.Add(ParseRule(insecure[i])->rule, RuleList::kInsecure,
                static_cast<uint32_t>(i));
  }
  FindingList findings;
  FindOverlaps(std::move(builder).Build(), findings);
  return std::move(findings).Take();
}

std::string Found(const Texts& whitelist, const Texts& insecure = {}) {
  std::vector<std::string> texts;
  for (const Finding& finding : Find(whitelist, insecure)) {
    texts.push_back(absl::StrCat(finding.place, " ", finding.code));
  }
  return absl::StrJoin(texts, ", ");
}

TEST(OverlapFindingsTest, SaysNothingOfRulesThatStandApart) {
  EXPECT_EQ(Found({"a.b", "c.b", "*.d", "10.2.2.0/24", "10.2.3.0/24"},
                  {"e.b", "10.3.0.0/16", "*.f"}),
            "");
}

TEST(OverlapFindingsTest, ARepeatIsSaidOfTheLaterRule) {
  EXPECT_EQ(Found({"a.b", "x.y", "A.B."}), "whitelist[2] DUPLICATE_RULE");
  EXPECT_EQ(Found({"https://a.b", "https://a.b:443"}),
            "whitelist[1] DUPLICATE_RULE");
  EXPECT_EQ(Found({"10.2.2.1/24", "10.2.2.9/24"}),
            "whitelist[1] DUPLICATE_RULE");
  EXPECT_EQ(Find({"a.b", "a.b"}, {})[0].message,
            "\"a.b\" repeats whitelist[0] (a.b)");
}

TEST(OverlapFindingsTest, ABroaderRuleShadows) {
  EXPECT_EQ(Found({"a.b.c", "*.b.c"}), "whitelist[0] SHADOWED_RULE");
  EXPECT_EQ(Found({"*.c", "*.b.c"}), "whitelist[1] SHADOWED_RULE");
  EXPECT_EQ(Found({"a.b:5000", "a.b"}), "whitelist[0] SHADOWED_RULE");
  EXPECT_EQ(Found({"10.0.0.0/8", "10.2.2.0/24", "10.2.2.5:80"}),
            "whitelist[1] SHADOWED_RULE, whitelist[2] SHADOWED_RULE");
  EXPECT_EQ(Found({}, {"*.c", "http://b.c"}), "insecure[1] SHADOWED_RULE");
}

TEST(OverlapFindingsTest, WhatIsOnlyPartlyCoveredIsNotShadowed) {
  EXPECT_EQ(Found({"a.b", "a.b:5000", "*.c:80", "x.c"}),
            "whitelist[1] SHADOWED_RULE");
  EXPECT_EQ(Found({"*.b", "b"}), "");
  EXPECT_EQ(Found({"10.2.2.0/24", "10.2.2.0/23"}),
            "whitelist[0] SHADOWED_RULE");
}

TEST(OverlapFindingsTest, AWhitelistRuleThatBeatsAnInsecureOneIsSaid) {
  EXPECT_EQ(Found({"a.b.c"}, {"*.b.c"}), "whitelist[0] BEATS_INSECURE");
  EXPECT_EQ(Found({"10.2.2.0/24"}, {"10.2.0.0/16"}),
            "whitelist[0] BEATS_INSECURE");
  EXPECT_EQ(Found({"a.b:5000"}, {"a.b"}), "whitelist[0] BEATS_INSECURE");
  EXPECT_EQ(Found({"*.b.c:80"}, {"*.b.c"}), "whitelist[0] BEATS_INSECURE");
}

TEST(OverlapFindingsTest, EquallyOrLessSpecificDoesNotBeat) {
  EXPECT_EQ(Found({"a.b"}, {"a.b"}), "");
  EXPECT_EQ(Found({"*.b.c"}, {"a.b.c"}), "");
  EXPECT_EQ(Found({"a.b"}, {"a.b:5000"}), "");
  EXPECT_EQ(Found({"a.b:80"}, {"*.b:443"}), "");
}

TEST(OverlapFindingsTest, WhatTakesInsecurityAwayIsNotShadowed) {
  // Without a.b.c, the insecure wildcard would cover it.
  EXPECT_EQ(Found({"*.b.c", "a.b.c"}, {"*.b.c"}),
            "whitelist[1] BEATS_INSECURE");
  // An exact name also counts by evidence against an insecure block.
  EXPECT_EQ(Found({"*.b.c", "a.b.c"}, {"10.0.0.0/8"}), "");
  EXPECT_EQ(Found({"10.0.0.0/8", "10.2.2.5"}, {"*.b.c"}), "");
}

TEST(OverlapFindingsTest, WhatWinsInsecurityBackIsNotShadowed) {
  // The whitelist rule beats 10.0.0.0/8, but not 10.2.2.0/24.
  EXPECT_EQ(Found({"10.2.0.0/16"}, {"10.0.0.0/8", "10.2.2.0/24"}),
            "whitelist[0] BEATS_INSECURE");
  EXPECT_EQ(Found({"10.3.0.0/16"}, {"10.0.0.0/8", "10.2.2.0/24"}),
            "whitelist[0] BEATS_INSECURE, insecure[1] SHADOWED_RULE");
}

TEST(OverlapFindingsTest, ManyRulesOfOneHostTakeLinearTime) {
  Texts ports;
  for (int port = 1; port <= 20000; ++port) {
    ports.push_back(absl::StrCat("a.b:", port));
  }
  EXPECT_EQ(Found(ports, {}), "");
}

}  // namespace
}  // namespace pullgate
