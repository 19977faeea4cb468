// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_NEARBY_H_
#define PULLGATE_COMMON_POLICY_NEARBY_H_

#include <vector>

#include "common/policy/decision.h"
#include "common/policy/messages.h"

namespace pullgate {

inline constexpr int kMaxNearbyRules = 10;

// The rules nearest to a question that was denied, the nearest first: those of
// the same host with other endpoints, of the same domain, and prefixes next to
// its address. Looks at every rule of the policy.
std::vector<NearbyRule> FindNearby(const DecidedCase& decided);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_NEARBY_H_
