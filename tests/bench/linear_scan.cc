// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/linear_scan.h"

#include "absl/strings/match.h"

namespace pullgate::bench {
namespace {

// Whether a name is below the name of a wildcard.
bool IsBelow(absl::string_view name, absl::string_view suffix) {
  return name.size() > suffix.size() && absl::EndsWith(name, suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

bool Covers(const Rule& rule, absl::string_view name) {
  if (rule.kind() == Rule::Kind::kName) return rule.name() == name;
  return rule.kind() == Rule::Kind::kWildcard && IsBelow(name, rule.name());
}

RuleHit HitOf(const Rule& rule, const IndexedRule& indexed) {
  RuleHit hit;
  hit.rule = &indexed;
  hit.kind = rule.kind();
  hit.exact = rule.is_exact();
  switch (rule.kind()) {
    case Rule::Kind::kName:
      hit.narrowness = 255;
      break;
    case Rule::Kind::kWildcard:
      hit.narrowness = static_cast<uint8_t>(LabelCount(rule.name()));
      break;
    case Rule::Kind::kPrefix:
      hit.narrowness = static_cast<uint8_t>(rule.prefix()->length());
      break;
  }
  return hit;
}

}  // namespace

LinearScan::LinearScan(const PolicyText& policy, const PolicyIndex& index)
    : index_(index) {
  Take(policy.whitelist, RuleList::kWhitelist);
  Take(policy.insecure, RuleList::kInsecure);
}

void LinearScan::Take(const std::vector<std::string>& texts, RuleList list) {
  for (size_t i = 0; i < texts.size(); ++i) {
    const Rule rule = ParseRule(texts[i])->rule;
    rules_.push_back({rule,
                      {static_cast<uint32_t>(i),
                       EndpointCover(rule.scheme(), rule.port()), list}});
  }
}

Evaluation LinearScan::Evaluate(const RegistryAddress& question,
                                const Evidence& evidence) const {
  const IpAddress* address = nullptr;
  if (!evidence.addresses.empty()) address = &evidence.addresses.front();
  return {At(Scheme::kHttps, question, address),
          At(Scheme::kHttp, question, address)};
}

EndpointVerdict LinearScan::At(Scheme scheme, const RegistryAddress& question,
                               const IpAddress* address) const {
  EndpointVerdict verdict;
  const std::optional<Endpoint> endpoint = EndpointOf(question, scheme);
  if (!endpoint.has_value()) return verdict;
  EndpointMatches direct;
  EndpointMatches by_evidence;
  for (const Entry& entry : rules_) {
    const Rule& rule = entry.rule;
    if (!entry.indexed.cover.Covers(*endpoint)) continue;
    if (question.name() != nullptr) {
      if (Covers(rule, question.name()->text())) {
        direct.Add(HitOf(rule, entry.indexed), Via::kDirect);
      } else if (rule.prefix() != nullptr && address != nullptr &&
                 rule.prefix()->Contains(*address)) {
        by_evidence.Add(HitOf(rule, entry.indexed), Via::kEvidence);
      }
    } else if (rule.prefix() != nullptr &&
               rule.prefix()->Contains(*question.address())) {
      direct.Add(HitOf(rule, entry.indexed), Via::kDirect);
    }
  }
  const ProtectedSet& registries = index_.protected_registries;
  const Judgement judgement = Judge(index_, direct, by_evidence, [&] {
    if (question.name() == nullptr) {
      return registries.CoversAddress(*question.address());
    }
    return registries.CoversName(question.name()->text()) ||
           (address != nullptr && registries.CoversAddress(*address));
  });
  if (!judgement.allowed) return verdict;
  if (question.name() != nullptr && address != nullptr &&
      IsRefusedAddress(index_, question, *address, by_evidence)) {
    verdict.refused = true;
    return verdict;
  }
  verdict.allowed = true;
  verdict.insecure = judgement.insecure;
  verdict.decider = *judgement.decider;
  return verdict;
}

}  // namespace pullgate::bench
