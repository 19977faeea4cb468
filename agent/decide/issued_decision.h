// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_ISSUED_DECISION_H_
#define PULLGATE_AGENT_DECIDE_ISSUED_DECISION_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/policy/decision.h"
#include "common/policy/evidence.h"

namespace pullgate::agent {

// Who answered a question. Proto twin: pullgate.audit.v1.AuditEvent.DecidedBy.
enum class DecidedBy {
  kNobody,  // it never got that far
  kPdp,     // the PDP, for this question
  kCache,   // the PDP, for an earlier equal question
  kAgent,   // the agent, from the policy that it holds
};

// Whose view of DNS a decision rests on. Proto twin:
// pullgate.decision.v1.EvidenceSource.
enum class EvidenceSource { kNone, kCaller, kPdp };

// A decision with what its issuer, PDP or agent, says about it. A value.
struct IssuedDecision {
  Decision decision;
  // The effective policy that decided.
  int64_t policy_revision = 0;
  // The trust anchors that its routes are to be verified with. Verifying with
  // others would accept or reject by another policy.
  std::string trust_bundle_id;
  // How long it may be reused for the same question, evidence and revision.
  absl::Duration ttl;
  std::string decision_id;
  // What was decided on.
  Evidence evidence;
  EvidenceSource evidence_source = EvidenceSource::kNone;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_ISSUED_DECISION_H_
