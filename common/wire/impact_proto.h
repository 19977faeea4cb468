// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_IMPACT_PROTO_H_
#define PULLGATE_COMMON_WIRE_IMPACT_PROTO_H_

#include "common/policy/policy_impact.h"
#include "pullgate/policy/v1/impact.pb.h"

namespace pullgate::wire {

// The crossing from a comparison to the proto of the same name. Leaves
// `trust_changed`, which rules do not know, to the caller.
pullgate::policy::v1::PolicyImpact ToProto(const PolicyImpact& impact);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_IMPACT_PROTO_H_
