// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_COMMON_POLICY_ORACLE_H_
#define PULLGATE_TESTS_COMMON_POLICY_ORACLE_H_

#include <string>
#include <vector>

#include "common/policy/decision.h"
#include "common/policy/evidence.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/registry_address.h"

namespace pullgate::testing {

// What a decision says, without its sentences.
struct Answer {
  Effect effect = Effect::kDeny;
  DenyReason reason = DenyReason::kNone;
  std::vector<Route> routes;
  std::string rule;  // "whitelist[3]", or empty
};

// All of it: scheme, host, port, check, pins and their order.
bool operator==(const Answer& a, const Answer& b);

// A second reading of docs/semantics.md §§3-5, written apart from the engine:
// it looks at every rule, for every address, every time. Shares nothing with
// the engine but the parsing of addresses.
//
// `policy` must be in canonical form, its mode resolved.
Answer Consult(const PolicyText& policy, const ProcessSettings& settings,
               const RegistryAddress& question, const Evidence& evidence);

}  // namespace pullgate::testing

#endif  // PULLGATE_TESTS_COMMON_POLICY_ORACLE_H_
