// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_COMPARE_POLICIES_H_
#define PULLGATE_COMMON_POLICY_COMPARE_POLICIES_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "common/policy/policy_impact.h"
#include "common/policy/policy_snapshot.h"

namespace pullgate {

// Beyond these a comparison is refused. What they bound is about as large as
// the rules are many unless many names lie below a wildcard with many ports, or
// thousands of kinds of names count by evidence.
struct ComparisonBounds {
  // Pairs of a host and a port that have to be told apart.
  size_t max_port_treatments = 20'000'000;
  // Different things that confirmed names can come to together.
  size_t max_evidence_kinds = 50'000;
};

// Compares two policies over every question and every evidence that was looked
// up (docs/semantics.md §8), by cutting hosts and ports into cells of questions
// that the rules of both treat alike and deciding one of each. Exact: nothing
// is sampled.
//
// Pure, thread-safe; takes about n log n for n rules, and some 200 bytes for
// each. ResourceExhausted, reason COMPARISON_TOO_LARGE: beyond a bound above.
absl::StatusOr<PolicyImpact> ComparePolicies(
    const PolicySnapshot& before, const PolicySnapshot& after,
    const ComparisonBounds& bounds = {});

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_COMPARE_POLICIES_H_
