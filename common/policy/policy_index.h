// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_POLICY_INDEX_H_
#define PULLGATE_COMMON_POLICY_POLICY_INDEX_H_

#include <cstddef>
#include <string>
#include <vector>

#include "common/policy/policy_text.h"
#include "common/policy/protected_set.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// What a PolicySnapshot holds: everything that decides, ready to be looked up.
// Filled once by CompilePolicy, then only read.
struct PolicyIndex {
  // False: the VCH has no policy, and everything is denied.
  bool has_policy = false;
  PolicyMode mode = PolicyMode::kUnspecified;
  bool insecure_by_evidence = false;

  // Lists kWhitelist and kInsecure.
  RuleIndex rules;
  size_t whitelist_size = 0;
  size_t insecure_size = 0;

  // List kCaScope; a rule's position is that of its CA entry.
  RuleIndex scopes;
  // Canonical, one list for each CA entry.
  std::vector<std::vector<std::string>> ca_scopes;

  ProtectedSet protected_registries;
  RuleIndex unpinnable;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_POLICY_INDEX_H_
