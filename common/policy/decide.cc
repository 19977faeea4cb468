// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/decide.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/policy/endpoint.h"
#include "common/policy/evaluate.h"
#include "common/policy/evidence_need.h"
#include "common/policy/explain.h"
#include "common/policy/messages.h"
#include "common/policy/policy_index.h"
#include "common/registry/docker_hub.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

template <typename T>
bool IsInOrder(const std::vector<T>& values) {
  return std::is_sorted(values.begin(), values.end()) &&
         std::adjacent_find(values.begin(), values.end()) == values.end();
}

template <typename T>
void PutInOrder(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

absl::Status CheckBounds(const Evidence& evidence) {
  if (evidence.addresses.size() > kMaxEvidenceAddresses) {
    return absl::InvalidArgumentError(absl::StrCat(
        "evidence has ", evidence.addresses.size(), " addresses, and ",
        kMaxEvidenceAddresses, " are allowed"));
  }
  if (evidence.names.size() > kMaxEvidenceNames) {
    return absl::InvalidArgumentError(
        absl::StrCat("evidence has ", evidence.names.size(), " names, and ",
                     kMaxEvidenceNames, " are allowed"));
  }
  return absl::OkStatus();
}

// Addresses are evidence about a name, and names about an address.
absl::Status CheckKind(const RegistryAddress& question,
                       const Evidence& evidence) {
  const bool about_name = question.name() != nullptr;
  if (about_name ? !evidence.names.empty() : !evidence.addresses.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        about_name ? "names are evidence about an address, and "
                   : "addresses are evidence about a name, and ",
        question.ToString(), about_name ? " is a name" : " is an address"));
  }
  if (evidence.outcome == Evidence::Outcome::kAbsent &&
      (!evidence.addresses.empty() || !evidence.names.empty())) {
    return absl::InvalidArgumentError(
        "evidence that nobody looked up has no values");
  }
  return absl::OkStatus();
}

Route MakeRoute(const RegistryAddress& question, Scheme scheme,
                const EndpointVerdict& verdict, const Evidence& evidence) {
  Route route;
  route.scheme = scheme;
  route.host = ConnectHost(question);
  route.port = EndpointOf(question, scheme)->port;
  route.certificate_check =
      verdict.insecure ? CertificateCheck::kNone : CertificateCheck::kRequired;
  route.pinned = verdict.pinned != 0;
  if (question.address() != nullptr) {
    route.addresses = {*question.address()};
    return route;
  }
  for (size_t i = 0; i < evidence.addresses.size(); ++i) {
    if (verdict.pinned >> i & 1) {
      route.addresses.push_back(evidence.addresses[i]);
    }
  }
  return route;
}

DenyReason ReasonOf(const Evaluation& evaluation) {
  // It is allowed and yet no route: only the designation is missing.
  if (evaluation.http.allowed) return DenyReason::kPlaintextRefused;
  if (evaluation.https.refused || evaluation.http.refused) {
    return DenyReason::kAddressRefused;
  }
  return DenyReason::kNotWhitelisted;
}

// Everything but the message and the explanation.
Decision Render(const DecidedCase& decided) {
  const Evaluation& evaluation = decided.evaluation;
  Decision decision;
  if (evaluation.has_https_route()) {
    decision.routes.push_back(MakeRoute(decided.question, Scheme::kHttps,
                                        evaluation.https, decided.evidence));
  }
  if (evaluation.has_http_route()) {
    decision.routes.push_back(MakeRoute(decided.question, Scheme::kHttp,
                                        evaluation.http, decided.evidence));
  }
  Match decider;
  if (evaluation.permits()) {
    decision.effect = Effect::kPermit;
    decision.reason = DenyReason::kNone;
    decider = evaluation.has_https_route() ? evaluation.https.decider
                                           : evaluation.http.decider;
  } else {
    decision.reason = ReasonOf(evaluation);
    decider = evaluation.http.decider;
  }
  if (decider) decision.rule = decided.policy.rules.ReferenceTo(decider.hit);
  return decision;
}

Decision DecideInOrder(const PolicyIndex& policy,
                       const RegistryAddress& question,
                       const Evidence& evidence, const DecideOptions& options) {
  const bool failed = evidence.outcome == Evidence::Outcome::kFailed;
  const Evidence none;
  const Evidence& known = failed ? none : evidence;
  const Evaluation evaluation =
      policy.has_policy ? Evaluate(policy, question, known) : Evaluation();
  const DecidedCase decided = {policy, question, known, evaluation};
  Decision decision;
  if (!policy.has_policy) {
    decision.reason = DenyReason::kNoPolicy;
  } else if (failed && EvidenceCouldMatter(policy, question, evaluation)) {
    decision.reason = DenyReason::kEvidenceUnavailable;
  } else {
    decision = Render(decided);
  }
  decision.message = MessageFor(decided, decision, evidence.failure);
  if (options.explain) decision.explanation = Explain(decided, decision);
  return decision;
}

}  // namespace

absl::StatusOr<Decision> Decide(const PolicySnapshot& policy,
                                const RegistryAddress& question,
                                const Evidence& evidence,
                                const DecideOptions& options) {
  PULLGATE_RETURN_IF_ERROR(CheckKind(question, evidence));
  if (IsInOrder(evidence.addresses) && IsInOrder(evidence.names)) {
    PULLGATE_RETURN_IF_ERROR(CheckBounds(evidence));
    return DecideInOrder(policy.index(), question, evidence, options);
  }
  Evidence ordered = evidence;
  PutInOrder(ordered.addresses);
  PutInOrder(ordered.names);
  PULLGATE_RETURN_IF_ERROR(CheckBounds(ordered));
  return DecideInOrder(policy.index(), question, ordered, options);
}

RegistryHost ConnectHost(const RegistryAddress& question) {
  if (!IsDockerHub(question)) return question.host();
  static const auto* const kHost =
      new RegistryHost(*DnsName::Parse(kDockerHubConnectName));
  return *kHost;
}

}  // namespace pullgate
