// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/evaluate.h"

#include <algorithm>

namespace pullgate {
namespace {

bool Never() { return false; }

// Brings together the judgements at one endpoint, address by address.
class Gatherer {
 public:
  // `bit`: of the address; 0 for a name without addresses.
  // `is_refused()` is asked only when it matters.
  template <typename IsRefused>
  void Add(const Judgement& judgement, uint64_t bit, IsRefused&& is_refused) {
    if (!judgement.allowed) return;
    if (is_refused()) {
      verdict_.refused = true;
      return;
    }
    verdict_.allowed = true;
    verdict_.pinned |= bit;
    verdict_.kept_secure |= judgement.kept_secure;
    if (GoesBefore(judgement.passed_over, verdict_.passed_over)) {
      verdict_.passed_over = judgement.passed_over;
    }
    Match& best = judgement.insecure ? insecure_ : secure_;
    if (GoesBefore(judgement.decider, best)) best = judgement.decider;
    all_insecure_ &= judgement.insecure;
  }

  EndpointVerdict Finish() {
    verdict_.insecure = verdict_.allowed && all_insecure_;
    // One address that must verify decides for all of them.
    verdict_.decider = verdict_.insecure ? insecure_ : secure_;
    return verdict_;
  }

 private:
  EndpointVerdict verdict_;
  bool all_insecure_ = true;
  Match insecure_;
  Match secure_;
};

// A question about a name, at both endpoints.
class NameEvaluator {
 public:
  NameEvaluator(const PolicyIndex& policy, const RegistryAddress& question)
      : policy_(policy),
        question_(question),
        direct_(DirectMatches(policy.rules, question)) {}

  Evaluation Evaluate(const Evidence& evidence) {
    if (evidence.addresses.empty()) AddNameAlone();
    uint64_t bit = 1;
    for (const IpAddress& address : evidence.addresses) {
      AddAddress(address, bit);
      bit <<= 1;
    }
    return {https_.Finish(), http_.Finish()};
  }

 private:
  bool Has(Scheme scheme) const {
    return question_.scheme().value_or(scheme) == scheme;
  }

  void AddAddress(const IpAddress& address, uint64_t bit) {
    const Matches found = MatchesByAddress(policy_.rules, question_, address);
    if (Has(Scheme::kHttps)) {
      AddAt(direct_.https, found.https, address, bit, https_);
    }
    if (Has(Scheme::kHttp)) {
      AddAt(direct_.http, found.http, address, bit, http_);
    }
  }

  void AddAt(const EndpointMatches& direct, const EndpointMatches& by_evidence,
             const IpAddress& address, uint64_t bit, Gatherer& gatherer) {
    const bool open = policy_.mode == PolicyMode::kOpen;
    if (!open && !direct.any() && !by_evidence.any()) return;
    const Judgement judgement = Judge(policy_, direct, by_evidence, [&] {
      return IsNameProtected() ||
             policy_.protected_registries.CoversAddress(address);
    });
    gatherer.Add(judgement, bit, [&] {
      return IsRefusedAddress(policy_, question_, address, by_evidence);
    });
  }

  void AddNameAlone() {
    const auto is_protected = [this] { return IsNameProtected(); };
    if (Has(Scheme::kHttps)) {
      https_.Add(Judge(policy_, direct_.https, {}, is_protected), 0, Never);
    }
    if (Has(Scheme::kHttp)) {
      http_.Add(Judge(policy_, direct_.http, {}, is_protected), 0, Never);
    }
  }

  bool IsNameProtected() const {
    return policy_.protected_registries.CoversName(question_.name()->text());
  }

  const PolicyIndex& policy_;
  const RegistryAddress& question_;
  const Matches direct_;
  Gatherer https_;
  Gatherer http_;
};

Evaluation EvaluateAddress(const PolicyIndex& policy,
                           const RegistryAddress& question,
                           const Evidence& evidence) {
  const Matches direct = DirectMatches(policy.rules, question);
  Matches by_evidence;
  for (const DnsName& name : evidence.names) {
    const Matches found = MatchesByName(policy.rules, question, name);
    by_evidence.https.Add(found.https);
    by_evidence.http.Add(found.http);
  }
  const auto is_protected = [&] {
    const ProtectedSet& registries = policy.protected_registries;
    return registries.CoversAddress(*question.address()) ||
           std::any_of(evidence.names.begin(), evidence.names.end(),
                       [&](const DnsName& name) {
                         return registries.CoversName(name.text());
                       });
  };
  Gatherer https;
  Gatherer http;
  if (EndpointOf(question, Scheme::kHttps).has_value()) {
    https.Add(Judge(policy, direct.https, by_evidence.https, is_protected), 1,
              Never);
  }
  if (EndpointOf(question, Scheme::kHttp).has_value()) {
    http.Add(Judge(policy, direct.http, by_evidence.http, is_protected), 1,
             Never);
  }
  return {https.Finish(), http.Finish()};
}

}  // namespace

Evaluation Evaluate(const PolicyIndex& policy, const RegistryAddress& question,
                    const Evidence& evidence) {
  if (question.address() != nullptr) {
    return EvaluateAddress(policy, question, evidence);
  }
  return NameEvaluator(policy, question).Evaluate(evidence);
}

bool IsRefusedAddress(const PolicyIndex& policy,
                      const RegistryAddress& question, const IpAddress& address,
                      const EndpointMatches& by_evidence) {
  return !by_evidence.has_prefix && policy.unpinnable.HasAddress(address) &&
         question.name()->text() != "localhost";
}

Match FindBeater(const EndpointMatches& matches, const Match& insecure) {
  if (matches.whitelist.rank > insecure.rank) return matches.whitelist;
  if (matches.exact_whitelist && !insecure.hit.exact) {
    return matches.exact_whitelist;
  }
  return Match();
}

}  // namespace pullgate
