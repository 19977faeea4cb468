// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_WIRE_EFFECTIVE_POLICY_H_
#define PULLGATE_COMMON_WIRE_EFFECTIVE_POLICY_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/policy/policy_snapshot.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::wire {

ProcessSettings SettingsFromProto(
    const pullgate::sync::v1::EffectivePolicy& proto);

// Compiles an effective policy: at the PDP to decide by, at an agent to go on
// by the same rules. Never null. InvalidArgument lists the errors, by place, of
// a policy that does not compile; it must then not be used.
absl::StatusOr<std::shared_ptr<const PolicySnapshot>> CompileEffectivePolicy(
    const pullgate::sync::v1::EffectivePolicy& proto);

}  // namespace pullgate::wire

#endif  // PULLGATE_COMMON_WIRE_EFFECTIVE_POLICY_H_
