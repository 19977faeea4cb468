// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/evaluate.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "common/policy/endpoint.h"
#include "common/policy/name_suffixes.h"

namespace pullgate {
namespace {

bool Never() { return false; }

constexpr EndpointMatches kNoMatches;

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
    KeepBetter(*judgement.passed_over, verdict_.passed_over);
    KeepBetter(*judgement.decider, judgement.insecure ? insecure_ : secure_);
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

// A question about a name.
class NameEvaluator {
 public:
  NameEvaluator(const PolicyIndex& policy, const RegistryAddress& question,
                const NameSuffixes& name)
      : policy_(policy),
        question_(question),
        name_(name),
        direct_(DirectMatches(policy.rules, question, name)),
        alike_(direct_.alike()) {}

  void AddAddress(const Matches& by_evidence, const IpAddress& address,
                  uint64_t bit) {
    if (alike_ && !by_evidence.alike()) {
      alike_ = false;
      http_ = https_;
    }
    if (Has(Scheme::kHttps)) {
      AddAt(Scheme::kHttps, by_evidence, address, bit, https_);
    }
    if (!alike_ && Has(Scheme::kHttp)) {
      AddAt(Scheme::kHttp, by_evidence, address, bit, http_);
    }
  }

  void AddNameAlone() {
    if (Has(Scheme::kHttps)) AddNameAt(Scheme::kHttps, https_);
    if (!alike_ && Has(Scheme::kHttp)) AddNameAt(Scheme::kHttp, http_);
  }

  Evaluation Finish() {
    const EndpointVerdict https = https_.Finish();
    return {https, alike_ ? https : http_.Finish()};
  }

 private:
  bool Has(Scheme scheme) const {
    return question_.scheme().value_or(scheme) == scheme;
  }

  void AddAt(Scheme scheme, const Matches& found, const IpAddress& address,
             uint64_t bit, Gatherer& gatherer) {
    const EndpointMatches& direct = direct_.At(scheme);
    const EndpointMatches& by_evidence = found.At(scheme);
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

  void AddNameAt(Scheme scheme, Gatherer& gatherer) {
    const auto is_protected = [this] { return IsNameProtected(); };
    gatherer.Add(Judge(policy_, direct_.At(scheme), kNoMatches, is_protected),
                 0, Never);
  }

  bool IsNameProtected() const {
    return policy_.protected_registries.CoversName(name_);
  }

  const PolicyIndex& policy_;
  const RegistryAddress& question_;
  const NameSuffixes& name_;
  const Matches direct_;
  // Whether http_ is what https_ is, and left empty.
  bool alike_;
  Gatherer https_;
  Gatherer http_;
};

Evaluation EvaluateName(const PolicyIndex& policy,
                        const RegistryAddress& question,
                        const Evidence& evidence) {
  const NameSuffixes name(question.name()->text());
  policy.rules.Prefetch(name);
  const std::vector<IpAddress>& addresses = evidence.addresses;
  if (addresses.empty()) {
    NameEvaluator evaluator(policy, question, name);
    evaluator.AddNameAlone();
    return evaluator.Finish();
  }
  // Before the name, whose memory is on its way.
  const Matches by_first =
      MatchesByAddress(policy.rules, question, addresses.front());
  NameEvaluator evaluator(policy, question, name);
  evaluator.AddAddress(by_first, addresses.front(), 1);
  for (size_t i = 1; i < addresses.size(); ++i) {
    evaluator.AddAddress(MatchesByAddress(policy.rules, question, addresses[i]),
                         addresses[i], uint64_t{1} << i);
  }
  return evaluator.Finish();
}

Evaluation EvaluateAddress(const PolicyIndex& policy,
                           const RegistryAddress& question,
                           const Evidence& evidence) {
  const Matches direct = DirectMatches(policy.rules, question);
  Matches by_evidence;
  for (const DnsName& name : evidence.names) {
    by_evidence.Add(MatchesByName(policy.rules, question, name));
  }
  const auto is_protected = [&] {
    const ProtectedSet& registries = policy.protected_registries;
    return registries.CoversAddress(*question.address()) ||
           std::any_of(evidence.names.begin(), evidence.names.end(),
                       [&](const DnsName& name) {
                         return registries.CoversName(name.text());
                       });
  };
  const auto verdict_at = [&](Scheme scheme) {
    Gatherer gatherer;
    if (EndpointOf(question, scheme).has_value()) {
      gatherer.Add(Judge(policy, direct.At(scheme), by_evidence.At(scheme),
                         is_protected),
                   1, Never);
    }
    return gatherer.Finish();
  };
  const EndpointVerdict https = verdict_at(Scheme::kHttps);
  const bool alike = direct.alike() && by_evidence.alike();
  return {https, alike ? https : verdict_at(Scheme::kHttp)};
}

}  // namespace

Evaluation Evaluate(const PolicyIndex& policy, const RegistryAddress& question,
                    const Evidence& evidence) {
  return question.name() != nullptr
             ? EvaluateName(policy, question, evidence)
             : EvaluateAddress(policy, question, evidence);
}

bool IsRefusedAddress(const PolicyIndex& policy,
                      const RegistryAddress& question, const IpAddress& address,
                      const EndpointMatches& by_evidence) {
  return !by_evidence.has_prefix && policy.unpinnable.HasAddress(address) &&
         question.name()->text() != "localhost";
}

Match FindBeater(const EndpointMatches& matches, const Match& insecure) {
  const Match* const beater =
      FindBeater(matches.whitelist, matches.exact_whitelist, insecure);
  return beater == nullptr ? Match() : *beater;
}

}  // namespace pullgate
