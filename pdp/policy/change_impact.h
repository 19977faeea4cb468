// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_CHANGE_IMPACT_H_
#define PULLGATE_PDP_POLICY_CHANGE_IMPACT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/policy/finding.h"
#include "pdp/policy/policy_in_force.h"
#include "pullgate/policy/v1/impact.pb.h"
#include "pullgate/policy/v1/policy_revision.pb.h"

namespace pullgate::pdp {

// What going from one policy in force to another does to decisions.
// ResourceExhausted, reason COMPARISON_TOO_LARGE: beyond the bounds of
// common/policy/compare_policies.h.
absl::StatusOr<pullgate::policy::v1::PolicyImpact> ImpactOf(
    const PolicyInForce& before, const PolicyInForce& after);

// The same for a change that is made even if it cannot be compared:
// `not_compared` then says why.
pullgate::policy::v1::PolicyImpact ImpactOrWhyNot(
    const absl::StatusOr<pullgate::policy::v1::PolicyImpact>& impact);

// FailedPrecondition, reason POLICY_WIDENS, if `impact` grants anything that
// was not granted, or does not say: the message has the first question that
// shows it, and field violations, at most 20, have one for each region, by the
// rule that grants it: "<prefix>whitelist[2]".
absl::Status RequireNarrowerOrEqual(
    const pullgate::policy::v1::PolicyImpact& impact, absl::string_view prefix);

// Findings and impact as they are kept with a change: at most 100 findings, the
// worst first, and at most 100 regions.
pullgate::policy::v1::PolicyRevision ReportOf(
    const std::vector<Finding>& findings,
    const pullgate::policy::v1::PolicyImpact& impact);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_CHANGE_IMPACT_H_
