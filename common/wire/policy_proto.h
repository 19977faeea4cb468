// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_POLICY_PROTO_H_
#define PULLGATE_COMMON_WIRE_POLICY_PROTO_H_

#include "common/policy/finding.h"
#include "common/policy/policy_snapshot.h"
#include "pullgate/policy/v1/policy.pb.h"

namespace pullgate::wire {

// The crossing between the engine's policy types and the protos of the same
// names. An unknown mode is read as WHITELIST, the safe one.

PolicyText PolicyTextFromProto(const pullgate::policy::v1::Policy& proto);
PolicyMode ModeFromProto(pullgate::policy::v1::Policy::Mode mode);
pullgate::policy::v1::Policy::Mode ToProto(PolicyMode mode);
pullgate::policy::v1::Finding ToProto(const Finding& finding);

// Writes the rules, scopes and mode of a compiled policy into `proto`, whose
// other fields stay. `proto` must have as many registry_cas as `canonical` has
// scopes.
void WriteCanonical(const PolicyText& canonical,
                    pullgate::policy::v1::Policy* proto);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_POLICY_PROTO_H_
