// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_SCOPE_FINDINGS_H_
#define PULLGATE_COMMON_POLICY_SCOPE_FINDINGS_H_

#include <cstddef>

#include "common/policy/finding_list.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// Warns of CA entries with a scope that shares no host and endpoint with any
// rule: in mode WHITELIST, what is in it is not allowed. Where rules over the
// other kind of host could still lead there by evidence it is a notice.
//
// `scopes`: list kCaScope, by the position of the entry, of which there are
// `entries`.
void FindUnmatchedScopes(const RuleIndex& rules, const RuleIndex& scopes,
                         size_t entries, FindingList& findings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_SCOPE_FINDINGS_H_
