// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/matches.h"

#include <optional>

namespace pullgate {
namespace {

// The bits of a rank, from the one that counts most.
constexpr Rank kMatched = 1u << 31;  // so that no match has rank 0
constexpr Rank kDirect = 1u << 10;
constexpr Rank kExact = 1u << 9;
constexpr int kNarrownessShift = 1;
constexpr Rank kHasPort = 1u;

void KeepBetter(const Match& match, Match& best) {
  if (GoesBefore(match, best)) best = match;
}

// Adds each rule that is visited to the endpoints that it covers.
class Collector {
 public:
  Collector(const RegistryAddress& question, Via via)
      : https_(EndpointOf(question, Scheme::kHttps)),
        http_(EndpointOf(question, Scheme::kHttp)),
        via_(via) {}

  void operator()(const RuleHit& hit) {
    const EndpointCover& cover = hit.rule->cover;
    if (https_.has_value() && cover.Covers(*https_)) {
      matches_.https.Add(hit, via_);
    }
    if (http_.has_value() && cover.Covers(*http_)) {
      matches_.http.Add(hit, via_);
    }
  }

  const Matches& matches() const { return matches_; }

 private:
  const std::optional<Endpoint> https_;
  const std::optional<Endpoint> http_;
  const Via via_;
  Matches matches_;
};

}  // namespace

Rank RankOf(const RuleHit& hit, Via via) {
  return kMatched | (via == Via::kDirect ? kDirect : 0) |
         (hit.exact ? kExact : 0) |
         static_cast<Rank>(hit.narrowness) << kNarrownessShift |
         (hit.rule->cover.has_port() ? kHasPort : 0);
}

Rank HostRank(Rank rank) { return rank & (kDirect - 1); }

bool GoesBefore(const Match& a, const Match& b) {
  if (a.rank != b.rank) return a.rank > b.rank;
  if (!a) return false;
  if (a.hit.rule->list != b.hit.rule->list) {
    return a.hit.rule->list == RuleList::kInsecure;
  }
  return a.hit.rule->position < b.hit.rule->position;
}

void EndpointMatches::Add(const RuleHit& hit, Via via) {
  const Match match = {hit, RankOf(hit, via)};
  if (hit.kind == Rule::Kind::kPrefix) has_prefix = true;
  if (hit.rule->list == RuleList::kInsecure) {
    KeepBetter(match, insecure);
    return;
  }
  KeepBetter(match, whitelist);
  if (hit.exact) KeepBetter(match, exact_whitelist);
}

void EndpointMatches::Add(const EndpointMatches& other) {
  KeepBetter(other.whitelist, whitelist);
  KeepBetter(other.exact_whitelist, exact_whitelist);
  KeepBetter(other.insecure, insecure);
  has_prefix |= other.has_prefix;
}

Matches DirectMatches(const RuleIndex& rules, const RegistryAddress& question) {
  Collector collector(question, Via::kDirect);
  if (question.address() != nullptr) {
    rules.VisitNarrowest(*question.address(), collector);
  } else {
    VisitDirect(rules, question, collector);
  }
  return collector.matches();
}

Matches MatchesByAddress(const RuleIndex& rules,
                         const RegistryAddress& question,
                         const IpAddress& address) {
  Collector collector(question, Via::kEvidence);
  rules.VisitNarrowest(address, collector);
  return collector.matches();
}

Matches MatchesByName(const RuleIndex& rules, const RegistryAddress& question,
                      const DnsName& name) {
  Collector collector(question, Via::kEvidence);
  VisitByName(rules, name.text(), collector);
  return collector.matches();
}

}  // namespace pullgate
