// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_EXPLAIN_H_
#define PULLGATE_COMMON_POLICY_EXPLAIN_H_

#include "common/policy/decision.h"
#include "common/policy/messages.h"

namespace pullgate {

// The most rules that an explanation names as matched.
inline constexpr int kMaxMatchedRules = 100;

// Everything behind a decision: the rules that matched, by which evidence, what
// beat what, for a denial the nearest rules, and how the answer came about.
// `decision` is complete but for this.
Explanation Explain(const DecidedCase& decided, const Decision& decision);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EXPLAIN_H_
