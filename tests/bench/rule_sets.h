// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_BENCH_RULE_SETS_H_
#define PULLGATE_TESTS_BENCH_RULE_SETS_H_

#include <string>
#include <vector>

#include "common/policy/evidence.h"
#include "common/policy/policy_text.h"
#include "common/registry/registry_address.h"

namespace pullgate::bench {

// Which rules a policy has. All but kMixed are what an index likes least.
enum class RuleKinds {
  kMixed,      // names, wildcards, IPv4, IPv6; with and without ports
  kOneSuffix,  // names next to one another below one suffix
  kDeepNames,  // wildcards at every depth that a name can have
  kSingles,    // IPv4 addresses
  kNestedV4,   // a tree of IPv4 blocks with all in-between lengths
  kNestedV6,   // chains of IPv6 blocks with all lengths from /32 to /128
};

std::string NameOf(RuleKinds kinds);

// A policy in mode WHITELIST with that many rules, three of ten insecure. The
// same arguments always give the same.
PolicyText MakePolicy(RuleKinds kinds, int rules);

// Registries that are protected, and addresses never pinned, as a site has
// them.
ProcessSettings MakeSettings();

struct Asked {
  RegistryAddress question;
  Evidence evidence;
};

// Questions with evidence, half of them about what a rule of the policy covers,
// in random order. The same arguments always give the same.
std::vector<Asked> MakeQuestions(RuleKinds kinds, const PolicyText& policy,
                                 int count);

}  // namespace pullgate::bench

#endif  // PULLGATE_TESTS_BENCH_RULE_SETS_H_
