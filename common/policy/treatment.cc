// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/treatment.h"

#include <algorithm>

#include "common/policy/evaluate.h"

namespace pullgate {
namespace {

// What the rules that match directly come to.
enum Hold : uint32_t {
  kNone,
  // Allowed, and evidence cannot make it insecure.
  kVerified,
  // Insecure, unless evidence has an exact whitelist rule.
  kYielding,
  // Insecure, whatever the evidence.
  kFirm,
};

// The bits of AskedTreatment: a Hold of two bits for each part, then these.
constexpr int kAskedProtected = 8;  // and the next, for the second policy
constexpr int kLocalhost = 10;

// The bits of FoundTreatment: for each part an exact whitelist rule, then
// these, then for each part how the best rules rank.
constexpr int kFoundProtected = 4;  // and the next
constexpr int kUnpinnable = 6;      // and the next
constexpr int kRankings = 8;
constexpr int kRankingBits = 12;

// Of a FoundTreatment's part: 0 if nothing matches, else odd if an insecure
// rule prevails and even if a whitelist rule does; of several names together
// the highest holds.
constexpr uint64_t kAllows = 2;
constexpr uint64_t kMakesInsecure = 3;

Hold HoldOf(const EndpointMatches& direct) {
  if (!direct.insecure) return direct.whitelist ? kVerified : kNone;
  if (FindBeater(direct, direct.insecure)) return kVerified;
  return direct.insecure.hit.exact ? kFirm : kYielding;
}

AskedTreatment Asked(const PartMatches& direct) {
  AskedTreatment asked;
  for (int part = 0; part < kParts; ++part) {
    asked.bits |= HoldOf(direct[part]) << 2 * part;
  }
  return asked;
}

bool Bit(uint64_t bits, int bit) { return (bits >> bit & 1) != 0; }

uint64_t RankingOf(FoundTreatment found, int part) {
  return found.bits >> (kRankings + part * kRankingBits) &
         ((uint64_t{1} << kRankingBits) - 1);
}

void SetRanking(int part, uint64_t ranking, FoundTreatment& found) {
  found.bits |= ranking << (kRankings + part * kRankingBits);
}

// Of an address, which stands alone, only who prevails counts.
uint64_t RankingOfAddress(const EndpointMatches& found,
                          const PolicyIndex& policy) {
  if (!found.whitelist && !found.insecure) return 0;
  const bool insecure = policy.insecure_by_evidence && found.insecure &&
                        !FindBeater(found, found.insecure);
  return insecure ? kMakesInsecure : kAllows;
}

// Of names, which count together: the narrower rule of any of them prevails.
// What no name outranks in its own list but is outranked in the other one can
// be forgotten.
uint64_t RankingOfName(const EndpointMatches& found,
                       const PolicyIndex& policy) {
  if (!found.whitelist && !found.insecure) return 0;
  if (!policy.insecure_by_evidence) return kAllows;
  const Rank best = std::max(found.whitelist.rank, found.insecure.rank);
  const bool insecure = found.insecure.rank == best;
  return 2 * uint64_t{HostRank(best)} + (insecure ? 1 : 0);
}

EndpointState StateOf(const PolicyIndex& policy, Hold hold, bool is_protected,
                      bool refused, bool exact_whitelist, uint64_t ranking) {
  const bool allowed =
      policy.mode == PolicyMode::kOpen || hold != kNone || ranking != 0;
  if (!policy.has_policy || !allowed || refused) {
    return EndpointState::kUnusable;
  }
  const bool insecure = hold == kFirm ||
                        (hold == kYielding && !exact_whitelist) ||
                        (hold == kNone && ranking % 2 == 1);
  return insecure && !is_protected ? EndpointState::kInsecure
                                   : EndpointState::kSecure;
}

JointState StateOf(AskedTreatment asked, FoundTreatment found, bool may_refuse,
                   const PolicyPair& policies) {
  JointState state;
  for (int part = 0; part < kParts; ++part) {
    const int policy = PolicyOfPart(part);
    const uint64_t ranking = RankingOf(found, part);
    const bool refused =
        may_refuse && ranking == 0 && Bit(found.bits, kUnpinnable + policy);
    const bool is_protected = Bit(asked.bits, kAskedProtected + policy) ||
                              Bit(found.bits, kFoundProtected + policy);
    state.Set(part,
              StateOf(*policies[policy],
                      static_cast<Hold>(asked.bits >> 2 * part & 3),
                      is_protected, refused, Bit(found.bits, part), ranking));
  }
  return state;
}

}  // namespace

AskedTreatment AskedName(const PartMatches& direct, const PolicyPair& policies,
                         absl::string_view name) {
  AskedTreatment asked = Asked(direct);
  for (int policy = 0; policy < 2; ++policy) {
    if (policies[policy]->protected_registries.CoversName(name)) {
      asked.bits |= 1u << (kAskedProtected + policy);
    }
  }
  if (name == "localhost") asked.bits |= 1u << kLocalhost;
  return asked;
}

AskedTreatment AskedAddress(const PartMatches& direct,
                            const PolicyPair& policies,
                            const IpAddress& address) {
  AskedTreatment asked = Asked(direct);
  for (int policy = 0; policy < 2; ++policy) {
    if (policies[policy]->protected_registries.CoversAddress(address)) {
      asked.bits |= 1u << (kAskedProtected + policy);
    }
  }
  return asked;
}

FoundTreatment FoundAddress(const PartMatches& by_evidence,
                            const PolicyPair& policies,
                            const IpAddress& address) {
  FoundTreatment found;
  for (int part = 0; part < kParts; ++part) {
    const EndpointMatches& matches = by_evidence[part];
    if (matches.exact_whitelist) found.bits |= uint64_t{1} << part;
    SetRanking(part, RankingOfAddress(matches, *policies[PolicyOfPart(part)]),
               found);
  }
  for (int policy = 0; policy < 2; ++policy) {
    if (policies[policy]->protected_registries.CoversAddress(address)) {
      found.bits |= uint64_t{1} << (kFoundProtected + policy);
    }
    if (policies[policy]->unpinnable.HasAddress(address)) {
      found.bits |= uint64_t{1} << (kUnpinnable + policy);
    }
  }
  return found;
}

FoundTreatment FoundName(const PartMatches& matches, const PolicyPair& policies,
                         absl::string_view name) {
  FoundTreatment found;
  for (int part = 0; part < kParts; ++part) {
    if (matches[part].exact_whitelist) found.bits |= uint64_t{1} << part;
    SetRanking(part,
               RankingOfName(matches[part], *policies[PolicyOfPart(part)]),
               found);
  }
  for (int policy = 0; policy < 2; ++policy) {
    if (policies[policy]->protected_registries.CoversName(name)) {
      found.bits |= uint64_t{1} << (kFoundProtected + policy);
    }
  }
  return found;
}

FoundTreatment Together(FoundTreatment a, FoundTreatment b) {
  constexpr uint64_t kFlags = (uint64_t{1} << kRankings) - 1;
  FoundTreatment both;
  both.bits = (a.bits | b.bits) & kFlags;
  for (int part = 0; part < kParts; ++part) {
    SetRanking(part, std::max(RankingOf(a, part), RankingOf(b, part)), both);
  }
  return both;
}

JointState Together(JointState a, JointState b) {
  JointState both;
  for (int part = 0; part < kParts; ++part) {
    both.Set(part, std::max(a.Of(part), b.Of(part)));
  }
  return both;
}

JointState StateOfName(AskedTreatment asked, FoundTreatment address,
                       const PolicyPair& policies) {
  return StateOf(asked, address, !Bit(asked.bits, kLocalhost), policies);
}

JointState StateOfAddress(AskedTreatment asked, FoundTreatment names,
                          const PolicyPair& policies) {
  return StateOf(asked, names, /*may_refuse=*/false, policies);
}

}  // namespace pullgate
