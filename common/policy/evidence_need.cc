// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/evidence_need.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/policy/endpoint.h"
#include "common/policy/matches.h"

namespace pullgate {
namespace {

bool IsInsecureRule(const RuleHit& hit) {
  return hit.rule->list == RuleList::kInsecure;
}

// A name that the rule covers and that as few others as possible do.
std::optional<DnsName> SampleName(const RuleIndex& rules, const RuleHit& hit) {
  const absl::string_view name = rules.NameOf(hit);
  const absl::StatusOr<DnsName> sample =
      DnsName::Parse(hit.exact ? std::string(name)
                               : absl::StrCat("no-rule-names-this.", name));
  if (!sample.ok()) return std::nullopt;  // too long: nothing is below it
  return *sample;
}

// Looks for evidence that would make the question insecure at one endpoint,
// which it is not without evidence.
class InsecurityFinder {
 public:
  InsecurityFinder(const PolicyIndex& policy, const RegistryAddress& question,
                   const Endpoint& endpoint)
      : policy_(policy), question_(question), endpoint_(endpoint) {}

  bool Find() const {
    if (!policy_.insecure_by_evidence || IsProtected()) return false;
    const Matches direct = DirectMatches(policy_.rules, question_);
    // A direct match goes before every match by evidence. If it is a whitelist
    // rule it beats them; if an insecure one, it was beaten already.
    const EndpointMatches& matches = direct.At(endpoint_.scheme);
    if (matches.whitelist || matches.insecure) return false;
    if (question_.name() != nullptr) {
      return policy_.rules.AnyOverAddresses(
          [&](const RuleHit& hit) { return ByAddressOf(hit); });
    }
    return policy_.rules.AnyOverNames(
        [&](const RuleHit& hit) { return ByNameOf(hit); });
  }

 private:
  bool IsCandidate(const RuleHit& hit) const {
    return IsInsecureRule(hit) && hit.rule->cover.Covers(endpoint_);
  }

  bool IsProtected() const {
    const ProtectedSet& registries = policy_.protected_registries;
    if (question_.address() != nullptr) {
      return registries.CoversAddress(*question_.address());
    }
    return registries.CoversName(question_.name()->text());
  }

  bool ByAddressOf(const RuleHit& hit) const {
    if (!IsCandidate(hit)) return false;
    const IpPrefix prefix = policy_.rules.PrefixOf(hit);
    if (policy_.protected_registries.CoversPrefix(prefix)) return false;
    // Of a block, some address may be free even if the first is not.
    if (!hit.exact) return true;
    const Matches found =
        MatchesByAddress(policy_.rules, question_, prefix.base());
    return Judge(policy_, {}, found.At(endpoint_.scheme), [] { return false; })
        .insecure;
  }

  bool ByNameOf(const RuleHit& hit) const {
    if (!IsCandidate(hit)) return false;
    const std::optional<DnsName> name = SampleName(policy_.rules, hit);
    if (!name.has_value()) return false;
    const Matches found = MatchesByName(policy_.rules, question_, *name);
    return Judge(policy_, {}, found.At(endpoint_.scheme),
                 [&] {
                   return policy_.protected_registries.CoversName(name->text());
                 })
        .insecure;
  }

  const PolicyIndex& policy_;
  const RegistryAddress& question_;
  const Endpoint endpoint_;
};

bool CouldBecomeInsecure(const PolicyIndex& policy,
                         const RegistryAddress& question, Scheme scheme) {
  const std::optional<Endpoint> endpoint = EndpointOf(question, scheme);
  return endpoint.has_value() &&
         InsecurityFinder(policy, question, *endpoint).Find();
}

// Whether evidence could lead to a rule of either list that covers the HTTPS
// endpoint, and so to a route.
bool CouldBecomeAllowed(const PolicyIndex& policy,
                        const RegistryAddress& question) {
  const std::optional<Endpoint> https = EndpointOf(question, Scheme::kHttps);
  if (!https.has_value()) return false;
  const auto covers = [&](const RuleHit& hit) {
    return hit.rule->cover.Covers(*https);
  };
  return question.name() != nullptr ? policy.rules.AnyOverAddresses(covers)
                                    : policy.rules.AnyOverNames(covers);
}

}  // namespace

bool EvidenceCouldMatter(const PolicyIndex& policy,
                         const RegistryAddress& question,
                         const Evaluation& without) {
  if (!without.permits()) {
    return CouldBecomeAllowed(policy, question) ||
           CouldBecomeInsecure(policy, question, Scheme::kHttp);
  }
  // Any address would be pinned.
  if (question.name() != nullptr) return true;
  // A confirmed name may be protected: Docker Hub's always are.
  if (without.has_http_route() || without.https.insecure) return true;
  return CouldBecomeInsecure(policy, question, Scheme::kHttps);
}

}  // namespace pullgate
