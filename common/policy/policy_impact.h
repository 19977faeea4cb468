// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_POLICY_IMPACT_H_
#define PULLGATE_COMMON_POLICY_POLICY_IMPACT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pullgate {

// What a change of policy does to decisions. Proto twins of the same names:
// pullgate/policy/v1/impact.proto.

enum class Relation { kEqual, kNarrower, kWider, kIncomparable };

struct Comparison {
  Relation relation = Relation::kEqual;
  Relation names = Relation::kEqual;
  Relation addresses = Relation::kEqual;
};

// The answer to a question, as far as it is compared.
enum class Outcome { kDenied, kVerified, kInsecure };

// Whether something is granted that was not.
inline bool Widens(Outcome before, Outcome after) {
  return before != after &&
         (before == Outcome::kDenied || after == Outcome::kInsecure);
}

// A question with its evidence, as CheckPull takes them.
struct Witness {
  std::string registry;
  std::vector<std::string> addresses;
  std::vector<std::string> names;
  // The rules that decide: "whitelist[2]"; empty if none does.
  std::string place_before;
  std::string place_after;
};

// Questions that both policies treat alike and that change.
struct ImpactRegion {
  std::string hosts;
  std::string ports;
  std::vector<std::string> evidence;
  Outcome before = Outcome::kDenied;
  Outcome after = Outcome::kDenied;
  Witness witness;
  std::string message;  // one sentence
};

inline constexpr size_t kMaxImpactRegions = 1000;

struct PolicyImpact {
  Comparison allowed;
  Comparison insecure;
  // What widens first; of the rest, names before addresses. At most
  // kMaxImpactRegions.
  std::vector<ImpactRegion> regions;
  int64_t regions_left_out = 0;

  // Whether any question becomes allowed, or insecure, that was not.
  bool widens() const;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_POLICY_IMPACT_H_
