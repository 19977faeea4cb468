// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_AGENT_ISSUE_BY_POLICY_H_
#define PULLGATE_TESTS_SUPPORT_AGENT_ISSUE_BY_POLICY_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/decide/active_policy.h"
#include "agent/decide/issued_decision.h"
#include "agent/decide/pdp_client.h"
#include "common/policy/decide.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

// What a PDP that has this policy answers.
inline absl::StatusOr<IssuedDecision> IssueByPolicy(
    const ActivePolicy& policy, const PdpQuestion& question) {
  IssuedDecision issued;
  PULLGATE_ASSIGN_OR_RETURN(
      issued.decision, pullgate::Decide(*policy.snapshot, question.registry,
                                        question.evidence, {question.explain}));
  issued.policy_revision = policy.revision;
  issued.trust_bundle_id = policy.bundle->id();
  issued.ttl = absl::Minutes(5);
  issued.decision_id = "pdp-decision";
  issued.evidence = question.evidence;
  issued.evidence_source = EvidenceSource::kCaller;
  return issued;
}

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_SUPPORT_AGENT_ISSUE_BY_POLICY_H_
