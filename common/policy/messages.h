// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_MESSAGES_H_
#define PULLGATE_COMMON_POLICY_MESSAGES_H_

#include <string>

#include "common/policy/decision.h"
#include "common/policy/evaluate.h"
#include "common/policy/evidence.h"
#include "common/policy/policy_index.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// What a decision was made from, for those who put it into words.
struct DecidedCase {
  const PolicyIndex& policy;
  const RegistryAddress& question;
  // In order; empty if it failed or nobody looked.
  const Evidence& evidence;
  const Evaluation& evaluation;
};

// One sentence for a person about a decision that is complete but for its
// message; `failure`: why the look-up failed, for kEvidenceUnavailable.
std::string MessageFor(const DecidedCase& decided, const Decision& decision,
                       const std::string& failure);

// The protected registry that the question is, by its name or address or by
// evidence; if any.
std::optional<RuleReference> FindProtection(const DecidedCase& decided);

// "10.2.2.0/24 is insecure, but it was reached by name: list the name too"; ""
// if no insecure rule was passed over, or if listing would not help.
std::string PassedOverHint(const DecidedCase& decided,
                           const EndpointVerdict& verdict);

// "HTTPS on port 443".
std::string EndpointText(const Endpoint& endpoint);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_MESSAGES_H_
