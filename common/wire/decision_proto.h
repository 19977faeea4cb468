// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_DECISION_PROTO_H_
#define PULLGATE_COMMON_WIRE_DECISION_PROTO_H_

#include "absl/status/statusor.h"
#include "common/policy/decision.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::wire {

// The crossing between the engine's types and the protos of the same names.
//
// To protos nothing can fail. From protos everything is parsed again, and what
// is absent or unknown is read as the safe value, or refused: a peer may be
// newer, older or hostile.

pullgate::decision::v1::Effect ToProto(Effect effect);
pullgate::decision::v1::DenyReason ToProto(DenyReason reason);
pullgate::decision::v1::Scheme ToProto(Scheme scheme);
pullgate::decision::v1::CertificateCheck ToProto(CertificateCheck check);
pullgate::decision::v1::RuleReference ToProto(const RuleReference& rule);
pullgate::decision::v1::Route ToProto(const Route& route);
pullgate::decision::v1::Evidence ToProto(const Evidence& evidence);
pullgate::decision::v1::Explanation ToProto(const Explanation& explanation);

// Fills in what the engine knows: effect, reason, message, routes, rule,
// explanation. The other fields of `proto` are the caller's.
void ToProto(const Decision& decision, pullgate::decision::v1::Decision* proto);

// InvalidArgument, with the field ("routes[0].addresses[2]"), for what no PDP
// sends: an unknown scheme, a malformed host or address, port 0, a permit
// without routes. A check that is not NONE is REQUIRED; an effect that is not
// PERMIT is a denial. The explanation is left out.
absl::StatusOr<Decision> DecisionFromProto(
    const pullgate::decision::v1::Decision& proto);

// Evidence as a caller brought it, for `question`: sorted, without repeats.
// InvalidArgument, with the field ("addresses[3]"), if a value is malformed or
// of the wrong kind for the question, or there are too many. Names that are no
// DNS names are left out (docs/semantics.md §3).
absl::StatusOr<Evidence> EvidenceFromProto(
    const pullgate::decision::v1::Evidence& proto,
    const RegistryAddress& question);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_DECISION_PROTO_H_
