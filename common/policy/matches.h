// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_MATCHES_H_
#define PULLGATE_COMMON_POLICY_MATCHES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/policy/endpoint.h"
#include "common/policy/name_suffixes.h"
#include "common/policy/rule_index.h"
#include "common/registry/docker_hub.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// Which rules match a question at an endpoint, kept down to those that can
// decide: docs/semantics.md §4. Nothing here allocates.

// How a rule came to match.
enum class Via : uint8_t { kEvidence, kDirect };

// How specific a match is: direct before by evidence, then the narrower host,
// then with a port before without. 0 is no match.
using Rank = uint32_t;

Rank RankOf(const RuleHit& hit, Via via);

// A rank without how the rule came to match: 0 to 1,023.
Rank HostRank(Rank rank);

// A rule that matched, or no match.
struct Match {
  constexpr Match() = default;
  Match(const RuleHit& hit, Via via);

  explicit operator bool() const { return rank != 0; }

  RuleHit hit;
  // Among matches of equal rank the higher one goes before: the insecure ones,
  // then those that stand earlier in their list.
  uint32_t order = 0;
  Rank rank = 0;
};

// Whether `a` goes before `b`: the more specific, then the insecure one, then
// the one that stands earlier in its list.
inline bool GoesBefore(const Match& a, const Match& b) {
  const auto key = [](const Match& match) {
    return uint64_t{match.rank} << 32 | match.order;
  };
  return key(a) > key(b);
}

inline const Match& Better(const Match& a, const Match& b) {
  return GoesBefore(b, a) ? b : a;
}

inline void KeepBetter(const Match& match, Match& best) {
  if (GoesBefore(match, best)) best = match;
}

// The best matches of each list at one endpoint.
struct EndpointMatches {
  Match whitelist;
  // The best that names one name or one address.
  Match exact_whitelist;
  Match insecure;
  // Whether a prefix rule of either list is among all that matched.
  bool has_prefix = false;

  // Whether any rule matched.
  bool any() const { return whitelist || insecure; }

  void Add(const Match& match);
  void Add(const RuleHit& hit, Via via) { Add(Match(hit, via)); }
  // Adds the matches of another set, found with the same policy.
  void Add(const EndpointMatches& other);
};

// For both endpoints of a question. One that the question rules out has no
// matches.
class Matches {
 public:
  const EndpointMatches& At(Scheme scheme) const {
    return alike_ || scheme == Scheme::kHttps ? https_ : http_;
  }
  // Whether the question has both endpoints, and what matches at one matches at
  // the other.
  bool alike() const { return alike_; }

  // Adds the matches of another set, found for the same question.
  void Add(const Matches& other);

 private:
  friend class MatchCollector;

  EndpointMatches https_;
  EndpointMatches http_;  // only if they are not alike
  bool alike_ = true;
};

// Rules that match what was asked, Docker Hub's aliases included.
Matches DirectMatches(const RuleIndex& rules, const RegistryAddress& question);
// The same for a question about a name; `name` is that.
Matches DirectMatches(const RuleIndex& rules, const RegistryAddress& question,
                      const NameSuffixes& name);

// Rules that match a question about a name by one of its addresses, or a
// question about an address by one of its confirmed names.
Matches MatchesByAddress(const RuleIndex& rules,
                         const RegistryAddress& question,
                         const IpAddress& address);
Matches MatchesByName(const RuleIndex& rules, const RegistryAddress& question,
                      const DnsName& name);

// As RuleIndex's functions, call `visit(const RuleHit&)` for every rule whose
// host covers a confirmed name, and what was asked, whatever its endpoints. A
// rule that covers several names of Docker Hub may be visited more than once.
template <typename Visit>
void VisitByName(const RuleIndex& rules, const NameSuffixes& name,
                 Visit&& visit) {
  rules.VisitName(name, visit);
  rules.VisitWildcardsOver(name, visit);
}

template <typename Visit>
void VisitByName(const RuleIndex& rules, absl::string_view name,
                 Visit&& visit) {
  VisitByName(rules, NameSuffixes(name), visit);
}

// Of a question about a name; `asked` is that.
template <typename Visit>
void VisitDirectByName(const RuleIndex& rules, const RegistryAddress& question,
                       const NameSuffixes& asked, Visit&& visit) {
  VisitByName(rules, asked, visit);
  if (!IsDockerHub(question)) return;
  for (const absl::string_view alias : kDockerHubNames) {
    if (alias != asked.name()) rules.VisitName(alias, visit);
  }
  for (const absl::string_view alias : kDockerHubWildcardNames) {
    if (alias != asked.name()) rules.VisitWildcardsOver(alias, visit);
  }
}

template <typename Visit>
void VisitDirect(const RuleIndex& rules, const RegistryAddress& question,
                 Visit&& visit) {
  if (question.address() != nullptr) {
    rules.VisitAddress(*question.address(), visit);
  } else {
    VisitDirectByName(rules, question, NameSuffixes(question.name()->text()),
                      visit);
  }
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_MATCHES_H_
