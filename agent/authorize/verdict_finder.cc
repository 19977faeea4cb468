// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_finder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/dns/gather_evidence.h"
#include "common/wire/decision_proto.h"

namespace pullgate::agent {
namespace {

namespace pb = pullgate::decision::v1;

// Policies and DNS change by the hand of people; who loses the race with them
// so often has another trouble.
constexpr int kAttempts = 3;

// A deadline that is over: what is cached answers, nothing else does.
constexpr absl::Time kNow = absl::UnixEpoch();

bool IsPinned(const std::vector<Route>& routes) {
  return std::all_of(routes.begin(), routes.end(),
                     [](const Route& route) { return route.pinned; });
}

pb::DenyReason ReasonOf(const Verification& verification) {
  switch (verification.failure) {
    case Verification::Failure::kNone:
      if (verification.usable.has_value()) return pb::DENY_REASON_UNSPECIFIED;
      break;
    case Verification::Failure::kCertificateRejected:
      return pb::DENY_REASON_CERTIFICATE_REJECTED;
    case Verification::Failure::kUnreachable:
      break;
  }
  return pb::DENY_REASON_REGISTRY_UNREACHABLE;
}

// Whether a route leads only to where the PDP cannot object to a look: to
// pinned addresses, and not a word without a verified certificate.
bool IsVerifiedAndPinned(const Route& route) {
  return route.scheme == Scheme::kHttps && route.pinned &&
         route.certificate_check == CertificateCheck::kRequired;
}

// What the decision says, still without proof.
Verdict Decided(const Answer& answer, Evidence evidence) {
  Verdict verdict;
  verdict.evidence = std::move(evidence);
  verdict.issued = answer.issued;
  verdict.decided_by = answer.decided_by;
  verdict.expires = answer.expires;
  verdict.reason = wire::ToProto(answer.issued->decision.reason);
  verdict.message = answer.issued->decision.message;
  return verdict;
}

Verdict Undecided(const absl::Status& status, Evidence evidence) {
  Verdict verdict;
  verdict.evidence = std::move(evidence);
  verdict.reason = pb::DENY_REASON_PDP_UNREACHABLE;
  verdict.message =
      absl::StrCat("Nobody could decide: ", status.message(),
                   status.message().empty() ? "no reason given" : "");
  return verdict;
}

void ConcludeProof(ProvedRegistry proved, Verdict& verdict) {
  verdict.reason = ReasonOf(*proved.verification);
  if (verdict.reason != pb::DENY_REASON_UNSPECIFIED) {
    verdict.message = proved.verification->message;
  }
  verdict.expires = std::min(verdict.expires, proved.expires);
  verdict.verification = std::move(proved.verification);
}

}  // namespace

VerdictFinder::VerdictFinder(HostResolver* dns, Decider* decider,
                             PolicyHolder* holder, RegistryVerifier* verifier,
                             VerdictCache* cache, const Clock* wall,
                             const Clock* boot, VerdictFinderOptions options)
    : dns_(dns),
      decider_(decider),
      holder_(holder),
      verifier_(verifier),
      cache_(cache),
      wall_(wall),
      boot_(boot),
      options_(options),
      prover_(verifier, wall, boot, options.verify_timeout,
              options.early_proofs) {}

std::optional<Verdict> VerdictFinder::FindAtOnce(
    const RegistryAddress& registry, Expect expect) {
  Evidence evidence = GatherEvidence(registry, *dns_, kNow);
  if (evidence.outcome == Evidence::Outcome::kFailed) return std::nullopt;
  const std::optional<Answer> answer =
      decider_->DecideAtOnce(registry, evidence);
  if (!answer) return std::nullopt;
  Verdict verdict = Decided(*answer, std::move(evidence));
  if (answer->policy == nullptr) return verdict;  // a denial needs no proof
  std::optional<ProvedRegistry> proved = cache_->Find(
      {registry, answer->issued->decision.routes, answer->policy->trust_id,
       answer->issued->policy_revision, expect == Expect::kHttp});
  if (!proved) return std::nullopt;
  ConcludeProof(*std::move(proved), verdict);
  return verdict;
}

Verdict VerdictFinder::Find(const RegistryAddress& registry, Expect expect) {
  return FindBy(expect == Expect::kHttp ? How::kFindHttp : How::kFind,
                registry);
}

Verdict VerdictFinder::Probe(const RegistryAddress& registry) {
  return FindBy(How::kProbe, registry);
}

Verdict VerdictFinder::FindBy(How how, const RegistryAddress& registry) {
  for (int i = 1; i <= kAttempts; ++i) {
    std::optional<Verdict> verdict = TryOnce(how, registry, i == kAttempts);
    if (verdict) return *std::move(verdict);
  }
  return Undecided(
      absl::UnavailableError("the policy changed again and again meanwhile"),
      Evidence());
}

std::optional<Verdict> VerdictFinder::TryOnce(How how,
                                              const RegistryAddress& registry,
                                              bool last_try) {
  Evidence evidence =
      GatherEvidence(registry, *dns_, wall_->Now() + options_.dns_timeout);
  const std::shared_ptr<EarlyProof> early = BeginProof(how, registry, evidence);
  const absl::Cleanup call_off = [&early] {
    if (early != nullptr) early->CallOff();
  };
  const absl::StatusOr<Answer> answer =
      how == How::kProbe ? decider_->Explain(registry, evidence)
                         : decider_->Decide(registry, evidence);
  if (!answer.ok()) return Undecided(answer.status(), std::move(evidence));
  Verdict verdict = Decided(*answer, std::move(evidence));
  if (answer->policy == nullptr) return verdict;  // a denial needs no proof
  if (!IsPinned(answer->issued->decision.routes)) {
    // Nothing says which address was decided on, so none may be connected to.
    if (!last_try) return std::nullopt;
    verdict.reason = pb::DENY_REASON_REGISTRY_UNREACHABLE;
    verdict.message = absl::StrCat("The policy permits ", registry.ToString(),
                                   ", but it has no address to connect to.");
    return verdict;
  }
  Prove(how, registry, *answer, early.get(), verdict);
  if (IsOutOfDate(verdict)) return std::nullopt;
  return verdict;
}

bool VerdictFinder::IsOutOfDate(const Verdict& verdict) const {
  return verdict.permits() &&
         (verdict.issued->policy_revision < holder_->latest_revision() ||
          verdict.expires <= boot_->Now());
}

std::shared_ptr<EarlyProof> VerdictFinder::BeginProof(
    How how, const RegistryAddress& registry, const Evidence& evidence) {
  if (!prover_.enabled() || how == How::kProbe ||
      decider_->DecideAtOnce(registry, evidence)) {
    return nullptr;
  }
  const std::optional<Answer> likely = decider_->Foresee(registry, evidence);
  if (!likely || likely->policy == nullptr) return nullptr;
  const std::vector<Route>& routes = likely->issued->decision.routes;
  if (!std::all_of(routes.begin(), routes.end(), IsVerifiedAndPinned)) {
    return nullptr;
  }
  const ActivePolicy& policy = *likely->policy;
  VerdictKey key = {registry, routes, policy.trust_id, policy.revision,
                    how == How::kFindHttp};
  if (cache_->Find(key)) return nullptr;
  VerifyRequest request = RequestFor(how, registry, *likely);
  return prover_.Begin(std::move(key), std::move(request));
}

VerifyRequest VerdictFinder::RequestFor(How how,
                                        const RegistryAddress& registry,
                                        const Answer& answer) {
  return {registry,
          answer.issued->decision.routes,
          answer.policy->bundle,
          answer.policy->snapshot->CaEntriesInScope(registry),
          how == How::kProbe,
          how == How::kFindHttp};
}

TimedVerification VerdictFinder::Verify(const VerifyRequest& request) {
  const absl::Time started = boot_->Now();
  return {std::make_shared<const Verification>(verifier_->Verify(
              request, wall_->Now() + options_.verify_timeout)),
          started};
}

void VerdictFinder::Prove(How how, const RegistryAddress& registry,
                          const Answer& answer, EarlyProof* early,
                          Verdict& verdict) {
  const VerdictKeyView key(
      registry, answer.issued->decision.routes, answer.policy->trust_id,
      answer.issued->policy_revision, how == How::kFindHttp);
  if (how != How::kProbe) {
    std::optional<ProvedRegistry> proved = cache_->Find(key);
    if (proved) return ConcludeProof(*std::move(proved), verdict);
  }
  std::optional<TimedVerification> made;
  if (early != nullptr && early->key() == key) made = early->Take();
  if (!made) made = Verify(RequestFor(how, registry, answer));
  if (how != How::kProbe) {
    cache_->Put({key.asked, key.routes, std::string(key.trust_id),
                 key.policy_revision, key.any_http_answer},
                made->verification, made->started);
  }
  ConcludeProof(
      {std::move(made->verification), cache_->ExpiryOf(made->started)},
      verdict);
}

}  // namespace pullgate::agent
