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

// The bit of an order that counts most; positions are below it.
constexpr uint32_t kInsecureFirst = 1u << 31;

}  // namespace

// Adds each rule that is visited to the endpoints that it covers.
class MatchCollector {
 public:
  MatchCollector(const RegistryAddress& question, Via via)
      : https_(EndpointOf(question, Scheme::kHttps)),
        http_(EndpointOf(question, Scheme::kHttp)),
        via_(via) {
    matches_.alike_ = https_.has_value() && http_.has_value();
  }

  void operator()(const RuleHit& hit) {
    const EndpointCover& cover = hit.rule->cover;
    const bool at_https = https_.has_value() && cover.Covers(*https_);
    const bool at_http = http_.has_value() && cover.Covers(*http_);
    if (matches_.alike_ && at_https != at_http) {
      matches_.alike_ = false;
      matches_.http_ = matches_.https_;
    }
    const Match match(hit, via_);
    if (at_https) matches_.https_.Add(match);
    if (at_http && !matches_.alike_) matches_.http_.Add(match);
  }

  const Matches& matches() const { return matches_; }

 private:
  const std::optional<Endpoint> https_;
  const std::optional<Endpoint> http_;
  const Via via_;
  Matches matches_;
};

Rank RankOf(const RuleHit& hit, Via via) {
  return kMatched | (via == Via::kDirect ? kDirect : 0) |
         (hit.exact ? kExact : 0) |
         static_cast<Rank>(hit.narrowness) << kNarrownessShift |
         (hit.rule->cover.has_port() ? kHasPort : 0);
}

Rank HostRank(Rank rank) { return rank & (kDirect - 1); }

Match::Match(const RuleHit& hit, Via via)
    : hit(hit),
      order((hit.rule->list == RuleList::kInsecure ? kInsecureFirst : 0) |
            (kInsecureFirst - 1 - hit.rule->position)),
      rank(RankOf(hit, via)) {}

void EndpointMatches::Add(const Match& match) {
  if (match.hit.kind == Rule::Kind::kPrefix) has_prefix = true;
  if (match.hit.rule->list == RuleList::kInsecure) {
    KeepBetter(match, insecure);
    return;
  }
  KeepBetter(match, whitelist);
  if (match.hit.exact) KeepBetter(match, exact_whitelist);
}

void EndpointMatches::Add(const EndpointMatches& other) {
  KeepBetter(other.whitelist, whitelist);
  KeepBetter(other.exact_whitelist, exact_whitelist);
  KeepBetter(other.insecure, insecure);
  has_prefix |= other.has_prefix;
}

void Matches::Add(const Matches& other) {
  if (alike_ && !other.alike_) {
    alike_ = false;
    http_ = https_;
  }
  https_.Add(other.https_);
  if (!alike_) http_.Add(other.At(Scheme::kHttp));
}

Matches DirectMatches(const RuleIndex& rules, const RegistryAddress& question) {
  if (question.name() != nullptr) {
    return DirectMatches(rules, question,
                         NameSuffixes(question.name()->text()));
  }
  MatchCollector collector(question, Via::kDirect);
  rules.VisitNarrowest(*question.address(), collector);
  return collector.matches();
}

Matches DirectMatches(const RuleIndex& rules, const RegistryAddress& question,
                      const NameSuffixes& name) {
  MatchCollector collector(question, Via::kDirect);
  VisitDirectByName(rules, question, name, collector);
  return collector.matches();
}

Matches MatchesByAddress(const RuleIndex& rules,
                         const RegistryAddress& question,
                         const IpAddress& address) {
  MatchCollector collector(question, Via::kEvidence);
  rules.VisitNarrowest(address, collector);
  return collector.matches();
}

Matches MatchesByName(const RuleIndex& rules, const RegistryAddress& question,
                      const DnsName& name) {
  MatchCollector collector(question, Via::kEvidence);
  VisitByName(rules, name.text(), collector);
  return collector.matches();
}

}  // namespace pullgate
