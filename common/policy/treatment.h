// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_TREATMENT_H_
#define PULLGATE_COMMON_POLICY_TREATMENT_H_

#include <array>
#include <cstdint>

#include "common/policy/matches.h"
#include "common/policy/policy_index.h"

namespace pullgate {

// How two policies, before and after a change, treat a host at the endpoints
// that one port of a question stands for, boiled down to all that an answer
// depends on (docs/semantics.md §4). Hosts with equal treatments get equal
// answers, so that one of them stands for all.
//
// Treatments have four parts: for each policy, HTTPS then HTTP.
inline constexpr int kParts = 4;
inline constexpr int PolicyOfPart(int part) { return part / 2; }

// The policies that are compared.
using PolicyPair = std::array<const PolicyIndex*, 2>;
// The matches of one host for each part.
using PartMatches = std::array<EndpointMatches, kParts>;

// A host that was asked for: what the rules that match directly come to, and
// whether it is protected or "localhost".
struct AskedTreatment {
  uint32_t bits = 0;
};
AskedTreatment AskedName(const PartMatches& direct, const PolicyPair& policies,
                         absl::string_view name);
AskedTreatment AskedAddress(const PartMatches& direct,
                            const PolicyPair& policies,
                            const IpAddress& address);

// What evidence does: an address of a name that was asked, or any number of
// confirmed names of an address that was asked. Default: nothing, as if there
// were none.
struct FoundTreatment {
  uint64_t bits = 0;
};
FoundTreatment FoundAddress(const PartMatches& by_evidence,
                            const PolicyPair& policies,
                            const IpAddress& address);
// `matches`: found directly or by evidence.
FoundTreatment FoundName(const PartMatches& matches, const PolicyPair& policies,
                         absl::string_view name);
// Several confirmed names together. Only for FoundName().
FoundTreatment Together(FoundTreatment a, FoundTreatment b);

// What comes of an endpoint. Several addresses of one name come to the highest
// of theirs: one that must be verified decides for all of them.
enum class EndpointState : uint8_t { kUnusable, kInsecure, kSecure };

// Of each part.
struct JointState {
  uint8_t bits = 0;

  EndpointState Of(int part) const {
    return static_cast<EndpointState>(bits >> 2 * part & 3);
  }
  void Set(int part, EndpointState state) {
    bits |= static_cast<uint8_t>(static_cast<int>(state) << 2 * part);
  }
};
// Addresses of one name together.
JointState Together(JointState a, JointState b);

// A name that was asked, at one address or none; an address that was asked,
// with all names that were confirmed.
JointState StateOfName(AskedTreatment asked, FoundTreatment address,
                       const PolicyPair& policies);
JointState StateOfAddress(AskedTreatment asked, FoundTreatment names,
                          const PolicyPair& policies);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_TREATMENT_H_
