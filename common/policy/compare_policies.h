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
// the rules are many unless many wildcards with ports lie below one another, or
// thousands of kinds of names count by evidence.
inline constexpr size_t kMaxPortTreatments = 20'000'000;
inline constexpr size_t kMaxEvidenceKinds = 50'000;

// Compares two policies over every question and every evidence that was looked
// up (docs/semantics.md §8), by cutting hosts and ports into cells of questions
// that the rules of both treat alike and deciding one of each. Exact: nothing
// is sampled.
//
// Pure, thread-safe; takes about n log n for n rules, and some 200 bytes for
// each. ResourceExhausted, reason COMPARISON_TOO_LARGE: beyond a bound above.
absl::StatusOr<PolicyImpact> ComparePolicies(const PolicySnapshot& before,
                                             const PolicySnapshot& after);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_COMPARE_POLICIES_H_
