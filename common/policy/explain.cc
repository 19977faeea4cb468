// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/explain.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/endpoint.h"
#include "common/policy/evaluate.h"
#include "common/policy/nearby.h"

namespace pullgate {
namespace {

bool IsSameRule(const RuleReference& a, const RuleReference& b) {
  return a.list == b.list && a.index == b.index;
}

bool IsSameMatch(const MatchedRule& a, const MatchedRule& b) {
  return IsSameRule(a.rule, b.rule) && a.scheme == b.scheme &&
         a.by_evidence == b.by_evidence;
}

// One endpoint of a question, explained.
class EndpointExplainer {
 public:
  EndpointExplainer(const DecidedCase& decided, const Decision& decision,
                    const Endpoint& endpoint, Explanation& explanation)
      : decided_(decided),
        policy_(decided.policy),
        decision_(decision),
        endpoint_(endpoint),
        verdict_(endpoint.scheme == Scheme::kHttps ? decided.evaluation.https
                                                   : decided.evaluation.http),
        direct_(
            DirectMatches(policy_.rules, decided.question).At(endpoint.scheme)),
        protection_(FindProtection(decided)),
        explanation_(explanation) {
    AddEvidence();
  }

  void Explain() {
    ExplainDirect();
    for (const IpAddress& address : decided_.evidence.addresses) {
      ExplainAddress(address);
    }
    for (const DnsName& name : decided_.evidence.names) ExplainName(name);
    explanation_.steps.push_back(
        absl::StrCat(EndpointText(endpoint_), " is ", Summary()));
  }

 private:
  using Protection = std::optional<RuleReference>;

  // What an insecure rule that matched lost to, if it did, and the sentence's
  // part that says so.
  struct Defeat {
    std::optional<RuleReference> by;
    std::string clause;
  };

  // Of a question about an address all names count together; of one about a
  // name each address is judged for itself, and what was asked with all.
  void AddEvidence() {
    all_ = direct_;
    const RuleIndex& rules = policy_.rules;
    const RegistryAddress& question = decided_.question;
    for (const DnsName& name : decided_.evidence.names) {
      all_.Add(MatchesByName(rules, question, name).At(endpoint_.scheme));
    }
    for (const IpAddress& address : decided_.evidence.addresses) {
      all_.Add(MatchesByAddress(rules, question, address).At(endpoint_.scheme));
    }
  }

  void ExplainDirect() {
    VisitDirect(policy_.rules, decided_.question, [this](const RuleHit& hit) {
      AddMatch(hit, Via::kDirect, "", all_, protection_);
    });
  }

  void ExplainAddress(const IpAddress& address) {
    const std::string text = address.ToString();
    const EndpointMatches by_evidence =
        MatchesByAddress(policy_.rules, decided_.question, address)
            .At(endpoint_.scheme);
    EndpointMatches all = direct_;
    all.Add(by_evidence);
    Protection protection =
        policy_.protected_registries.FindName(decided_.question.name()->text());
    if (!protection.has_value()) {
      protection = policy_.protected_registries.FindAddress(address);
    }
    policy_.rules.VisitAddress(address, [&](const RuleHit& hit) {
      AddMatch(hit, Via::kEvidence, text, all, protection);
    });
    if (IsRefusedAddress(policy_, decided_.question, address, by_evidence)) {
      AddRefusal(address);
    }
  }

  void ExplainName(const DnsName& name) {
    VisitByName(policy_.rules, name.text(), [&](const RuleHit& hit) {
      AddMatch(hit, Via::kEvidence, name.text(), all_, protection_);
    });
  }

  void AddMatch(const RuleHit& hit, Via via, const std::string& by_evidence,
                const EndpointMatches& all, const Protection& protection) {
    if (!hit.rule->cover.Covers(endpoint_)) return;
    MatchedRule matched = NewMatch(policy_.rules.ReferenceTo(hit), by_evidence);
    std::string clause;
    if (decision_.rule.has_value() &&
        IsSameRule(*decision_.rule, matched.rule)) {
      matched.role = MatchedRule::Role::kDecided;
      clause = " and decided";
    }
    if (hit.rule->list == RuleList::kInsecure) {
      Defeat defeat = FindDefeat(hit, via, all, protection);
      if (!defeat.clause.empty()) clause = std::move(defeat.clause);
      if (defeat.by.has_value()) {
        matched.role = MatchedRule::Role::kBeaten;
        matched.beaten_by = std::move(defeat.by);
      }
    }
    matched.note = absl::StrCat(Quoted(matched.rule), " matches ",
                                WhatMatched(by_evidence), clause);
    Add(std::move(matched));
  }

  // "harbor.corp.example", "10.2.2.5, an address of harbor.corp.example".
  std::string WhatMatched(const std::string& by_evidence) const {
    const std::string asked = decided_.question.ToString();
    if (by_evidence.empty()) return asked;
    return absl::StrCat(by_evidence,
                        decided_.question.name() != nullptr
                            ? ", an address of "
                            : ", a confirmed name of ",
                        asked);
  }

  Defeat FindDefeat(const RuleHit& hit, Via via, const EndpointMatches& all,
                    const Protection& protection) const {
    if (via == Via::kEvidence && !policy_.insecure_by_evidence) {
      return {std::nullopt,
              ": that allows it, but makes it insecure only if what was asked "
              "is listed too"};
    }
    const Match insecure(hit, via);
    if (const Match beater = FindBeater(all, insecure)) {
      RuleReference by = policy_.rules.ReferenceTo(beater.hit);
      std::string clause =
          absl::StrCat(", but ", Quoted(by), " beats it, being ",
                       beater.rank > insecure.rank ? "more specific" : "exact",
                       ": it is verified");
      return {std::move(by), std::move(clause)};
    }
    if (protection.has_value()) {
      return {protection, absl::StrCat(", but ", Quoted(*protection),
                                       " protects it: it is always verified")};
    }
    return {};
  }

  void AddRefusal(const IpAddress& address) {
    std::optional<RuleReference> block;
    policy_.unpinnable.VisitAddress(address, [&](const RuleHit& hit) {
      if (!block.has_value()) block = policy_.unpinnable.ReferenceTo(hit);
    });
    if (!block.has_value()) return;
    MatchedRule matched = NewMatch(*block, address.ToString());
    matched.note = absl::StrCat(
        Quoted(matched.rule), " holds ", WhatMatched(matched.by_evidence),
        ": a name must not lead there unless a rule names the block");
    Add(std::move(matched));
  }

  MatchedRule NewMatch(RuleReference rule, std::string by_evidence) const {
    MatchedRule matched;
    matched.rule = std::move(rule);
    matched.scheme = endpoint_.scheme;
    matched.port = endpoint_.port;
    matched.by_evidence = std::move(by_evidence);
    return matched;
  }

  void Add(MatchedRule matched) {
    std::vector<MatchedRule>& all = explanation_.matched;
    const bool repeated = std::any_of(
        all.begin(), all.end(),
        [&](const MatchedRule& m) { return IsSameMatch(m, matched); });
    if (!repeated && all.size() < kMaxMatchedRules) {
      all.push_back(std::move(matched));
    }
  }

  std::string Summary() const {
    if (!verdict_.allowed) {
      return verdict_.refused ? "allowed, but evidence leads only to addresses "
                                "that it must not lead to"
                              : "not allowed";
    }
    if (verdict_.insecure) return "allowed, and insecure";
    const std::string hint = PassedOverHint(decided_, verdict_);
    if (!hint.empty()) return absl::StrCat("allowed, but not insecure: ", hint);
    return verdict_.kept_secure ? "allowed, and would be insecure were the "
                                  "registry not protected"
                                : "allowed, and must be verified";
  }

  const DecidedCase& decided_;
  const PolicyIndex& policy_;
  const Decision& decision_;
  const Endpoint endpoint_;
  const EndpointVerdict& verdict_;
  const EndpointMatches direct_;
  const Protection protection_;
  EndpointMatches all_;
  Explanation& explanation_;
};

void AppendText(std::string* out, const IpAddress& address) {
  absl::StrAppend(out, address.ToString());
}

std::string EvidenceStep(const DecidedCase& decided) {
  const Evidence& evidence = decided.evidence;
  if (!evidence.addresses.empty()) {
    return absl::StrCat(decided.question.ToString(), " is judged at ",
                        evidence.addresses.size() == 1
                            ? "its one address "
                            : "each of its addresses ",
                        absl::StrJoin(evidence.addresses, ", ", AppendText));
  }
  if (!evidence.names.empty()) {
    return absl::StrCat(
        decided.question.ToString(), " is confirmed to be ",
        absl::StrJoin(evidence.names, ", ",
                      [](std::string* out, const DnsName& name) {
                        absl::StrAppend(out, name.text());
                      }));
  }
  return decided.question.name() != nullptr
             ? "no address is known, so that rules over names alone decide"
             : "no confirmed name is known, so that rules over addresses alone "
               "decide";
}

void ExplainRoutes(const Evaluation& evaluation, Explanation& explanation) {
  if (evaluation.has_https_route() && !evaluation.https.insecure &&
      evaluation.http.allowed && evaluation.http.insecure) {
    explanation.steps.push_back(
        "plain HTTP is left out, as it never stands beside an HTTPS that must "
        "verify");
  }
  if (evaluation.has_http_route() && evaluation.has_https_route()) {
    explanation.steps.push_back("HTTPS is tried before plain HTTP");
  }
}

}  // namespace

Explanation Explain(const DecidedCase& decided, const Decision& decision) {
  Explanation explanation;
  if (!decided.policy.has_policy) {
    explanation.steps.push_back("there is no policy to decide by");
    return explanation;
  }
  explanation.steps.push_back(
      decided.policy.mode == PolicyMode::kOpen
          ? "in mode OPEN every registry is allowed"
          : "in mode WHITELIST only what a rule covers is allowed");
  explanation.steps.push_back(EvidenceStep(decided));
  for (const Scheme scheme : {Scheme::kHttps, Scheme::kHttp}) {
    const std::optional<Endpoint> endpoint =
        EndpointOf(decided.question, scheme);
    if (!endpoint.has_value()) continue;
    EndpointExplainer(decided, decision, *endpoint, explanation).Explain();
  }
  ExplainRoutes(decided.evaluation, explanation);
  if (decision.reason == DenyReason::kEvidenceUnavailable) {
    explanation.steps.push_back(
        "so it is without evidence; but DNS did not answer, and an answer "
        "could change the effect, the certificate check or the pins");
  }
  if (decision.effect == Effect::kDeny) {
    explanation.nearby = FindNearby(decided);
  }
  return explanation;
}

}  // namespace pullgate
