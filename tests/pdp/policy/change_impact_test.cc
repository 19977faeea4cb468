// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/change_impact.h"

#include <string>
#include <vector>

#include "common/status/error_info.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::policy::v1;

pb::PolicyImpact Impact(pb::Relation allowed, pb::Relation insecure) {
  pb::PolicyImpact impact;
  impact.mutable_allowed()->set_relation(allowed);
  impact.mutable_insecure()->set_relation(insecure);
  return impact;
}

void AddRegion(pb::ImpactRegion::Outcome before,
               pb::ImpactRegion::Outcome after, const std::string& place,
               pb::PolicyImpact& impact) {
  pb::ImpactRegion& region = *impact.add_regions();
  region.set_before(before);
  region.set_after(after);
  region.mutable_witness()->set_place_after(place);
  region.set_message("this changes by " + place);
}

TEST(ChangeImpactTest, NarrowerAndEqualAreLetThrough) {
  for (const pb::Relation allowed :
       {pb::RELATION_EQUAL, pb::RELATION_NARROWER}) {
    for (const pb::Relation insecure :
         {pb::RELATION_EQUAL, pb::RELATION_NARROWER}) {
      EXPECT_TRUE(RequireNarrowerOrEqual(Impact(allowed, insecure), "").ok());
    }
  }
}

TEST(ChangeImpactTest, EitherKindOfWideningIsRefused) {
  for (const pb::Relation wide : {pb::RELATION_WIDER, pb::RELATION_INCOMPARABLE,
                                  pb::RELATION_UNSPECIFIED}) {
    for (const auto& impact : {Impact(wide, pb::RELATION_NARROWER),
                               Impact(pb::RELATION_NARROWER, wide)}) {
      const absl::Status status = RequireNarrowerOrEqual(impact, "");
      EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_EQ(ReasonOf(status), "POLICY_WIDENS");
    }
  }
}

TEST(ChangeImpactTest, ARefusalHasTheWitnessesThatWiden) {
  pb::PolicyImpact impact = Impact(pb::RELATION_WIDER, pb::RELATION_EQUAL);
  AddRegion(pb::ImpactRegion::OUTCOME_DENIED,
            pb::ImpactRegion::OUTCOME_VERIFIED, "whitelist[2]", impact);
  AddRegion(pb::ImpactRegion::OUTCOME_VERIFIED,
            pb::ImpactRegion::OUTCOME_INSECURE, "insecure[0]", impact);
  AddRegion(pb::ImpactRegion::OUTCOME_INSECURE,
            pb::ImpactRegion::OUTCOME_DENIED, "", impact);
  AddRegion(pb::ImpactRegion::OUTCOME_DENIED,
            pb::ImpactRegion::OUTCOME_VERIFIED, "", impact);
  const absl::Status status = RequireNarrowerOrEqual(impact, "policy.");
  EXPECT_EQ(status.message(),
            "the change is required to be narrower or equal, and this changes "
            "by whitelist[2]");
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "policy.whitelist[2]");
  EXPECT_EQ(violations[1].field, "policy.insecure[0]");
  EXPECT_EQ(violations[2].field, "policy.mode");
}

TEST(ChangeImpactTest, WhatCannotBeToldIsRefused) {
  const pb::PolicyImpact impact =
      ImpactOrWhyNot(absl::ResourceExhaustedError("too large"));
  EXPECT_EQ(impact.not_compared(), "too large");
  const absl::Status status = RequireNarrowerOrEqual(impact, "");
  EXPECT_EQ(ReasonOf(status), "POLICY_WIDENS");
  EXPECT_NE(status.message().find("too large"), std::string::npos);
}

TEST(ChangeImpactTest, AReportKeepsTheWorstFindingsAndTheFirstRegions) {
  std::vector<Finding> findings(150);
  findings[149].severity = Severity::kWarning;
  findings[149].code = "WORSE";
  pb::PolicyImpact impact = Impact(pb::RELATION_WIDER, pb::RELATION_EQUAL);
  for (int i = 0; i < 130; ++i) impact.add_regions();
  impact.mutable_regions(0)->set_hosts("first");
  impact.set_regions_left_out(5);
  const pb::PolicyRevision report = ReportOf(findings, impact);
  EXPECT_EQ(report.findings_size(), 100);
  EXPECT_EQ(report.findings(0).code(), "WORSE");
  EXPECT_EQ(report.impact().regions_size(), 100);
  EXPECT_EQ(report.impact().regions(0).hosts(), "first");
  EXPECT_EQ(report.impact().regions_left_out(), 35);
}

}  // namespace
}  // namespace pullgate::pdp
