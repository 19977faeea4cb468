// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/change_impact.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/policy/compare_policies.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "common/wire/impact_proto.h"
#include "common/wire/policy_proto.h"

namespace pullgate::pdp {
namespace {

namespace policy_pb = pullgate::policy::v1;

constexpr size_t kMaxViolations = 20;
constexpr int kMaxFindingsKept = 100;
constexpr int kMaxRegionsKept = 100;

bool IsWider(const policy_pb::Comparison& comparison) {
  return comparison.relation() != policy_pb::RELATION_EQUAL &&
         comparison.relation() != policy_pb::RELATION_NARROWER;
}

bool Widens(const policy_pb::ImpactRegion& region) {
  return region.before() == policy_pb::ImpactRegion::OUTCOME_DENIED ||
         region.after() == policy_pb::ImpactRegion::OUTCOME_INSECURE;
}

absl::Status Refusal(absl::string_view why) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          "the change is required to be narrower or equal, and ", why)),
      "POLICY_WIDENS");
}

}  // namespace

absl::StatusOr<policy_pb::PolicyImpact> ImpactOf(const PolicyInForce& before,
                                                 const PolicyInForce& after) {
  PULLGATE_ASSIGN_OR_RETURN(const PolicyImpact impact,
                            ComparePolicies(*before.snapshot, *after.snapshot));
  policy_pb::PolicyImpact proto = wire::ToProto(impact);
  proto.set_trust_changed(before.trust_bundle_id() != after.trust_bundle_id());
  return proto;
}

policy_pb::PolicyImpact ImpactOrWhyNot(
    const absl::StatusOr<policy_pb::PolicyImpact>& impact) {
  if (impact.ok()) return *impact;
  policy_pb::PolicyImpact proto;
  proto.set_not_compared(std::string(impact.status().message()));
  return proto;
}

absl::Status RequireNarrowerOrEqual(const policy_pb::PolicyImpact& impact,
                                    absl::string_view prefix) {
  if (!impact.not_compared().empty()) {
    return Refusal(absl::StrCat("it cannot be told: ", impact.not_compared()));
  }
  if (!IsWider(impact.allowed()) && !IsWider(impact.insecure())) {
    return absl::OkStatus();
  }
  std::vector<FieldViolation> violations;
  for (const policy_pb::ImpactRegion& region : impact.regions()) {
    if (!Widens(region)) continue;
    if (violations.size() == kMaxViolations) break;
    const std::string& place = region.witness().place_after();
    violations.push_back({absl::StrCat(prefix, place.empty() ? "mode" : place),
                          region.message()});
  }
  const std::string witness =
      violations.empty() ? "it widens" : violations.front().description;
  return WithFieldViolations(Refusal(witness), std::move(violations));
}

policy_pb::PolicyRevision ReportOf(const std::vector<Finding>& findings,
                                   const policy_pb::PolicyImpact& impact) {
  policy_pb::PolicyRevision report;
  for (const Severity severity :
       {Severity::kError, Severity::kWarning, Severity::kNotice}) {
    for (const Finding& finding : findings) {
      if (finding.severity != severity) continue;
      if (report.findings_size() == kMaxFindingsKept) break;
      *report.add_findings() = wire::ToProto(finding);
    }
  }
  policy_pb::PolicyImpact& kept = *report.mutable_impact();
  kept = impact;
  const int left_out = std::max(0, kept.regions_size() - kMaxRegionsKept);
  kept.mutable_regions()->DeleteSubrange(kept.regions_size() - left_out,
                                         left_out);
  kept.set_regions_left_out(kept.regions_left_out() + left_out);
  return report;
}

}  // namespace pullgate::pdp
