// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_EXPLANATION_PROTO_H_
#define PULLGATE_COMMON_WIRE_EXPLANATION_PROTO_H_

#include "common/policy/decision.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::wire {

// Reads an explanation, for showing only: nothing decides by it, so nothing in
// it is refused. At most 1,000 items of each kind are kept.
Explanation ExplanationFromProto(
    const pullgate::decision::v1::Explanation& proto);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_EXPLANATION_PROTO_H_
