// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_AGENT_EFFECTIVE_POLICIES_H_
#define PULLGATE_TESTS_SUPPORT_AGENT_EFFECTIVE_POLICIES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/decide/active_policy.h"
#include "agent/decide/issued_decision.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::agent {

inline constexpr char kTestVch[] = "vch-1";

// What a PDP would send to the agent of kTestVch: a whitelist, no CAs of its
// own and no public ones, a lease of 10 minutes.
pullgate::sync::v1::EffectivePolicy WhitelistPolicy(
    int64_t revision, const std::vector<std::string>& whitelist,
    const std::vector<std::string>& insecure = {});

// The same, with one CA; its trust bundle has another id.
pullgate::sync::v1::EffectivePolicy WithCa(
    pullgate::sync::v1::EffectivePolicy policy, const std::string& pem);

// Ready to decide by; the test dies if it cannot be.
std::shared_ptr<const ActivePolicy> Activate(
    const pullgate::sync::v1::EffectivePolicy& policy);

// A permit for a name, pinned to one address, as a PDP with that policy would
// give it; good for a minute.
IssuedDecision PermitTo(const ActivePolicy& policy, const std::string& name,
                        const std::string& address);

// A denial of that revision, good for a minute.
IssuedDecision DenyBy(int64_t revision);

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_SUPPORT_AGENT_EFFECTIVE_POLICIES_H_
