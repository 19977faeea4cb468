// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_in_force.h"

namespace pullgate::pdp {

size_t PolicyInForce::weight() const {
  const auto& policy = proto.policy();
  int rules = policy.whitelist_size() + policy.insecure_size();
  for (const auto& ca : policy.registry_cas()) rules += 1 + ca.scope_size();
  return static_cast<size_t>(rules);
}

}  // namespace pullgate::pdp
