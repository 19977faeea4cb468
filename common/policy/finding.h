// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_FINDING_H_
#define PULLGATE_COMMON_POLICY_FINDING_H_

#include <string>
#include <vector>

namespace pullgate {

enum class Severity { kNotice, kWarning, kError };

// Something to know about a policy before it takes effect. Proto twin:
// pullgate.policy.v1.Finding.
struct Finding {
  Severity severity = Severity::kNotice;
  std::string place;  // "whitelist[2]"
  std::string code;   // "HOST_BITS_SET"
  std::string message;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_FINDING_H_
