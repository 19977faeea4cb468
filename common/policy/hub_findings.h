// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_HUB_FINDINGS_H_
#define PULLGATE_COMMON_POLICY_HUB_FINDINGS_H_

#include "common/policy/finding_list.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// Notes, at the whitelist rule that permits Docker Hub, which hosts a pull from
// it meets besides the registry, for tokens and blobs, and which of them no
// rule permits: through an agent's gate each is a question of its own. For
// policies of mode WHITELIST.
void FindHubCompanions(const RuleIndex& rules, FindingList& findings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_HUB_FINDINGS_H_
