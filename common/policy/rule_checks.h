// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_RULE_CHECKS_H_
#define PULLGATE_COMMON_POLICY_RULE_CHECKS_H_

#include "common/policy/finding_list.h"
#include "common/policy/policy_text.h"
#include "common/policy/protected_set.h"
#include "common/policy/rule.h"

namespace pullgate {

// What is to be said about a rule by itself, whatever stands beside it.

// Errors of a rule in the list where it stands. `registries`: null for a stored
// policy, which may name a protected registry.
void CheckForList(const WrittenRule& written, const FindingPlace& place,
                  const ProtectedSet* registries, FindingList& findings);

// Warnings and notices of a rule that is well-formed, in the whitelist or the
// insecure list of a policy with that mode.
void RemarkOn(const WrittenRule& written, const FindingPlace& place,
              PolicyMode mode, FindingList& findings);

// Whether a name or address is nobody's but its network's: an address in local
// space, a single label, or a name below no public top-level domain. A public
// CA does not vouch for such.
bool IsPrivateHost(const Rule& rule);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_RULE_CHECKS_H_
