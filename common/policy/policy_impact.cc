// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/policy_impact.h"

namespace pullgate {

bool PolicyImpact::widens() const {
  const auto wider = [](const Comparison& comparison) {
    return comparison.relation == Relation::kWider ||
           comparison.relation == Relation::kIncomparable;
  };
  return wider(allowed) || wider(insecure);
}

}  // namespace pullgate
