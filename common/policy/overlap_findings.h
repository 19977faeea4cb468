// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_OVERLAP_FINDINGS_H_
#define PULLGATE_COMMON_POLICY_OVERLAP_FINDINGS_H_

#include "common/policy/finding_list.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// Warns of rules that do nothing or not what they seem to, because of others:
// repeated in their list, shadowed by a broader rule of it, or a whitelist rule
// that takes the insecurity from what it covers.
//
// A rule that changes which of two others wins is not shadowed. Where telling
// would take comparing everything with everything, it says nothing.
void FindOverlaps(const RuleIndex& rules, FindingList& findings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_OVERLAP_FINDINGS_H_
