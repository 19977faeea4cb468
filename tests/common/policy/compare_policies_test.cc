// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/compare_policies.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;
using Snapshot = std::shared_ptr<const PolicySnapshot>;

PolicyText Lists(const Texts& whitelist, const Texts& insecure = {}) {
  PolicyText text;
  text.mode = PolicyMode::kWhitelist;
  text.whitelist = whitelist;
  text.insecure = insecure;
  return text;
}

Snapshot Compiled(const PolicyText& text) {
  ProcessSettings settings;
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  settings.protected_registries = {{"harbor.example", {"10.9.0.1"}}};
  Snapshot snapshot = CompilePolicy(text, settings, PolicyMode::kUnspecified,
                                    PolicyOrigin::kStored)
                          .snapshot;
  EXPECT_NE(snapshot, nullptr);
  return snapshot;
}

PolicyImpact Compare(const PolicyText& before, const PolicyText& after) {
  return ComparePolicies(*Compiled(before), *Compiled(after)).value();
}

Texts Messages(const PolicyImpact& impact) {
  Texts messages;
  for (const ImpactRegion& region : impact.regions) {
    messages.push_back(region.message);
  }
  return messages;
}

TEST(ComparePoliciesTest, APolicyEqualsItselfHoweverItIsWritten) {
  const PolicyImpact impact =
      Compare(Lists({"a.example", "10.0.0.0/8", "*.b.example"}),
              Lists({"*.b.example", "A.example.", "x.b.example", "10.1.0.0/16",
                     "10.0.0.0/8"}));
  EXPECT_EQ(impact.allowed.relation, Relation::kEqual);
  EXPECT_EQ(impact.insecure.relation, Relation::kEqual);
  EXPECT_THAT(impact.regions, IsEmpty());
  EXPECT_FALSE(impact.widens());
}

TEST(ComparePoliciesTest, TwoHalvesMakeTheWhole) {
  const PolicyImpact impact =
      Compare(Lists({"10.0.0.0/24"}), Lists({"10.0.0.0/25", "10.0.0.128/25"}));
  EXPECT_EQ(impact.allowed.relation, Relation::kEqual);
  EXPECT_EQ(
      Compare(Lists({"10.0.0.0/24"}), Lists({"10.0.0.0/25"})).allowed.relation,
      Relation::kNarrower);
}

TEST(ComparePoliciesTest, ANewWildcardIsShownByANameBelowIt) {
  const PolicyImpact impact =
      Compare(Lists({"a.example", "b.example"}),
              Lists({"a.example", "b.example", "*.lab.example.com"}));
  EXPECT_EQ(impact.allowed.relation, Relation::kWider);
  EXPECT_EQ(impact.allowed.names, Relation::kWider);
  // By a confirmed name.
  EXPECT_EQ(impact.allowed.addresses, Relation::kWider);
  EXPECT_EQ(impact.insecure.relation, Relation::kEqual);
  EXPECT_TRUE(impact.widens());
  ASSERT_FALSE(impact.regions.empty());
  const ImpactRegion& region = impact.regions[0];
  EXPECT_EQ(region.hosts, "*.lab.example.com");
  EXPECT_EQ(region.ports, "every port");
  EXPECT_EQ(region.message,
            "x.lab.example.com:443 becomes allowed through whitelist[2] "
            "(*.lab.example.com)");
  EXPECT_EQ(region.witness.place_before, "");
  EXPECT_EQ(region.witness.place_after, "whitelist[2]");
}

TEST(ComparePoliciesTest, AWitnessIsNoNameThatIsListed) {
  const PolicyImpact impact =
      Compare(Lists({"x.a.example"}), Lists({"x.a.example", "*.a.example"}));
  EXPECT_THAT(Messages(impact),
              Contains("x1.a.example:443 becomes allowed through whitelist[1] "
                       "(*.a.example)"));
}

TEST(ComparePoliciesTest, PortsAreSaidAsTheyChange) {
  const PolicyImpact narrower =
      Compare(Lists({"a.example"}), Lists({"a.example:5000"}));
  ASSERT_FALSE(narrower.regions.empty());
  EXPECT_EQ(narrower.regions[0].ports, "every port but 5000");
  EXPECT_EQ(narrower.regions[0].message,
            "a.example:443 is no longer allowed; whitelist[0] (a.example) "
            "allowed it");
  const PolicyImpact wider =
      Compare(Lists({"a.example:80"}), Lists({"a.example:80", "a.example:99"}));
  EXPECT_EQ(wider.regions[0].ports, "99");
}

TEST(ComparePoliciesTest, LosingAWhitelistRuleCanMakeInsecure) {
  const PolicyImpact impact =
      Compare(Lists({"a.lab.example"}, {"*.lab.example"}),
              Lists({}, {"*.lab.example"}));
  EXPECT_EQ(impact.insecure.relation, Relation::kWider);
  EXPECT_THAT(Messages(impact),
              Contains("a.lab.example:443 is no longer verified, through "
                       "insecure[0] (*.lab.example)"));
}

TEST(ComparePoliciesTest, InsecureAndAllowedAreToldApart) {
  const PolicyImpact impact =
      Compare(Lists({}, {"a.example", "b.example"}), Lists({"b.example"}));
  EXPECT_EQ(impact.allowed.relation, Relation::kNarrower);
  EXPECT_EQ(impact.insecure.relation, Relation::kNarrower);
  // Without a port, plain HTTP goes away with the insecurity.
  EXPECT_THAT(
      Messages(impact),
      Contains("b.example:443 becomes verified; insecure[1] (b.example) "
               "made it insecure"));
  const PolicyImpact swap =
      Compare(Lists({}, {"a.example"}), Lists({"b.example"}));
  EXPECT_EQ(swap.allowed.relation, Relation::kIncomparable);
  EXPECT_EQ(swap.insecure.relation, Relation::kNarrower);
}

TEST(ComparePoliciesTest, WhatChangesByEvidenceHasItInTheWitness) {
  const PolicyImpact impact =
      Compare(Lists({"a.example"}), Lists({"a.example", "10.3.0.0/16"}));
  EXPECT_EQ(impact.allowed.names, Relation::kWider);
  bool found = false;
  for (const ImpactRegion& region : impact.regions) {
    if (region.witness.addresses.empty()) continue;
    found = true;
    EXPECT_THAT(region.evidence, ElementsAre("10.3.0.0/16"));
    EXPECT_THAT(region.witness.addresses, ElementsAre("10.3.0.0"));
    EXPECT_THAT(region.message,
                HasSubstr(", which is 10.3.0.0, becomes allowed "
                          "through whitelist[1] (10.3.0.0/16)"));
  }
  EXPECT_TRUE(found);
}

TEST(ComparePoliciesTest, SeveralAddressesCanMakeAChangeThatNoneMakes) {
  // With both addresses the name is to be verified, until one is left out.
  PolicyText before = Lists({"10.1.0.0/16"}, {"10.2.0.0/16"});
  before.insecure_by_evidence = true;
  PolicyText after = Lists({}, {"10.2.0.0/16"});
  after.insecure_by_evidence = true;
  const PolicyImpact impact = Compare(before, after);
  EXPECT_EQ(impact.allowed.relation, Relation::kIncomparable);
  EXPECT_EQ(impact.insecure.relation, Relation::kWider);
  EXPECT_EQ(impact.regions[0].witness.addresses.size(), 2u);
}

TEST(ComparePoliciesTest, ProtectedRegistriesDoNotBecomeInsecure) {
  const PolicyImpact impact = Compare(Lists({"harbor.example"}),
                                      Lists({"harbor.example"}, {"*.example"}));
  for (const ImpactRegion& region : impact.regions) {
    EXPECT_NE(region.hosts, "harbor.example") << region.message;
  }
  EXPECT_EQ(impact.insecure.relation, Relation::kWider);
}

TEST(ComparePoliciesTest, OneNameOfDockerHubIsAllOfThem) {
  const PolicyImpact same =
      Compare(Lists({"docker.io:443"}), Lists({"index.docker.io:443"}));
  // At 443; by a confirmed name of an address they are not the same.
  EXPECT_EQ(same.allowed.names, Relation::kEqual);
  EXPECT_EQ(same.allowed.addresses, Relation::kIncomparable);
}

TEST(ComparePoliciesTest, NoPolicyIsTheNarrowest) {
  const Snapshot policy = Compiled(Lists({"a.example"}));
  const PolicyImpact wider =
      ComparePolicies(*PolicySnapshot::NoPolicy(), *policy).value();
  EXPECT_EQ(wider.allowed.relation, Relation::kWider);
  const PolicyImpact narrower =
      ComparePolicies(*policy, *PolicySnapshot::NoPolicy()).value();
  EXPECT_EQ(narrower.allowed.relation, Relation::kNarrower);
  const Snapshot nothing = Compiled(Lists({}));
  EXPECT_EQ(
      ComparePolicies(*PolicySnapshot::NoPolicy(), *nothing)->allowed.relation,
      Relation::kEqual);
}

TEST(ComparePoliciesTest, OpeningUpShowsAHostThatNoRuleNames) {
  PolicyText open;
  open.mode = PolicyMode::kOpen;
  const PolicyImpact impact = Compare(Lists({"*.invalid"}), open);
  EXPECT_EQ(impact.allowed.relation, Relation::kWider);
  EXPECT_THAT(Messages(impact),
              Contains("registry.invalid1:443 becomes allowed through mode "
                       "OPEN"));
}

TEST(ComparePoliciesTest, OnlyARuleLeadsToAddressesThatAreNeverPinned) {
  PolicyText open;
  open.mode = PolicyMode::kOpen;
  EXPECT_EQ(Compare(Lists({"0.0.0.0/0"}), open).allowed.names,
            Relation::kIncomparable);
}

TEST(ComparePoliciesTest, TooManyRegionsAreCountedNotSaid) {
  Texts names;
  for (int i = 0; i < 1500; ++i)
    names.push_back(absl::StrCat("r", i, ".example"));
  const PolicyImpact impact = Compare(Lists({}), Lists(names));
  EXPECT_EQ(impact.regions.size(), kMaxImpactRegions);
  EXPECT_GE(impact.regions_left_out, 500);
  EXPECT_EQ(impact.allowed.relation, Relation::kWider);
}

TEST(ComparePoliciesTest, WhatWidensIsSaidFirst) {
  Texts names;
  for (int i = 0; i < 1500; ++i)
    names.push_back(absl::StrCat("r", i, ".example"));
  const PolicyImpact impact = Compare(Lists(names), Lists({"z.example"}));
  EXPECT_EQ(impact.regions.size(), kMaxImpactRegions);
  EXPECT_EQ(impact.regions[0].message,
            "z.example:443 becomes allowed through whitelist[0] (z.example)");
}

TEST(ComparePoliciesTest, BeyondABoundItIsRefusedByName) {
  Texts rules;
  for (int i = 0; i < 50; ++i) {
    rules.push_back(absl::StrCat("*.example:", 1000 + i));
    rules.push_back(absl::StrCat("r", i, ".example"));
  }
  const Snapshot before = Compiled(Lists({}));
  const Snapshot after = Compiled(Lists(rules));
  ComparisonBounds bounds;
  bounds.max_port_treatments = 2500;
  const absl::Status refused =
      ComparePolicies(*before, *after, bounds).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "COMPARISON_TOO_LARGE");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("2500 pairs of a host and a port"));
  bounds.max_port_treatments = 3000;
  EXPECT_TRUE(ComparePolicies(*before, *after, bounds).ok());
}

TEST(ComparePoliciesTest, TooManyKindsOfEvidenceAreRefused) {
  PolicyText policy;
  policy.mode = PolicyMode::kOpen;
  policy.insecure_by_evidence = true;
  for (int i = 0; i < 20; ++i) {
    policy.insecure.push_back(absl::StrCat("*.d", i, ".example:5000"));
  }
  ComparisonBounds bounds;
  bounds.max_evidence_kinds = 3;
  const absl::Status refused =
      ComparePolicies(*Compiled(Lists({"a.example:5000"})), *Compiled(policy),
                      bounds)
          .status();
  EXPECT_EQ(ReasonOf(refused), "COMPARISON_TOO_LARGE");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("kinds of evidence"));
}

}  // namespace
}  // namespace pullgate
