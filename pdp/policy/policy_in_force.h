// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_POLICY_IN_FORCE_H_
#define PULLGATE_PDP_POLICY_POLICY_IN_FORCE_H_

#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "common/policy/policy_snapshot.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::pdp {

// Everything that decides for one VCH, as one revision: what the PDP decides
// by, and what it sends to agents. Immutable; shared through shared_ptr<const>.
struct PolicyInForce {
  // As agents get it.
  pullgate::sync::v1::EffectivePolicy proto;
  // `proto`, compiled. Never null.
  std::shared_ptr<const PolicySnapshot> snapshot;
  // How long an agent may go on by it without the PDP.
  absl::Duration lease;

  int64_t revision() const { return proto.revision(); }
  const std::string& trust_bundle_id() const { return proto.trust_bundle_id(); }
  // What it costs to keep, in rules.
  size_t weight() const;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_POLICY_IN_FORCE_H_
