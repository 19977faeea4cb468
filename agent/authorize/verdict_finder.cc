// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/verdict_finder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/verify/stop_signal.h"
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

VerdictKey KeepKey(const VerdictKeyView& key) {
  return {key.asked, key.routes, std::string(key.trust_id), key.policy_revision,
          key.any_http_answer};
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
      desk_(decider, options.early_proofs) {}

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

Verdict VerdictFinder::Find(const RegistryAddress& registry, Expect expect,
                            std::shared_ptr<void>* left_open) {
  return FindBy({expect == Expect::kHttp ? How::kFindHttp : How::kFind,
                 registry, left_open});
}

Verdict VerdictFinder::Probe(const RegistryAddress& registry) {
  return FindBy({How::kProbe, registry, nullptr});
}

Verdict VerdictFinder::FindBy(const Search& search) {
  for (int i = 1; i <= kAttempts; ++i) {
    std::optional<Verdict> verdict = TryOnce(search, i == kAttempts);
    if (verdict) return *std::move(verdict);
  }
  return Undecided(
      absl::UnavailableError("the policy changed again and again meanwhile"),
      Evidence());
}

std::optional<Verdict> VerdictFinder::TryOnce(const Search& search,
                                              bool last_try) {
  const RegistryAddress& registry = search.registry;
  Evidence evidence =
      GatherEvidence(registry, *dns_, wall_->Now() + options_.dns_timeout);
  std::optional<EarlyProof> early = Foresee(search, evidence);
  const absl::StatusOr<Answer> answer = Decide(search, evidence, early);
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
  Prove(search, *answer, std::move(early), verdict);
  if (IsOutOfDate(verdict)) return std::nullopt;
  return verdict;
}

bool VerdictFinder::IsOutOfDate(const Verdict& verdict) const {
  return verdict.permits() &&
         (verdict.issued->policy_revision < holder_->latest_revision() ||
          verdict.expires <= boot_->Now());
}

std::optional<VerdictFinder::EarlyProof> VerdictFinder::Foresee(
    const Search& search, const Evidence& evidence) {
  if (!desk_.enabled() || search.how == How::kProbe ||
      decider_->DecideAtOnce(search.registry, evidence)) {
    return std::nullopt;
  }
  const std::optional<Answer> likely =
      decider_->Foresee(search.registry, evidence);
  if (!likely || likely->policy == nullptr) return std::nullopt;
  const std::vector<Route>& routes = likely->issued->decision.routes;
  if (!std::all_of(routes.begin(), routes.end(), IsVerifiedAndPinned)) {
    return std::nullopt;
  }
  const VerdictKeyView key = KeyOf(search, *likely);
  if (cache_->Find(key)) return std::nullopt;
  return EarlyProof{KeepKey(key), RequestFor(search, *likely)};
}

absl::StatusOr<Answer> VerdictFinder::Decide(const Search& search,
                                             const Evidence& evidence,
                                             std::optional<EarlyProof>& early) {
  StopSignal stop;  // outlives `pending`, which may give it
  std::unique_ptr<DecisionDesk::Pending> pending;
  if (early) {
    pending = desk_.Decide(
        search.registry, evidence,
        [&stop, search, &key = early->key](const absl::StatusOr<Answer>& a) {
          const bool same =
              a.ok() && a->policy != nullptr && KeyOf(search, *a) == key;
          if (!same) stop.Stop();
        });
  }
  if (pending == nullptr) {
    early.reset();
    return search.how == How::kProbe
               ? decider_->Explain(search.registry, evidence)
               : decider_->Decide(search.registry, evidence);
  }
  early->request.stop = &stop;
  early->made = Verify(early->request);
  return pending->Take();
}

VerdictKeyView VerdictFinder::KeyOf(const Search& search,
                                    const Answer& answer) {
  return {search.registry, answer.issued->decision.routes,
          answer.policy->trust_id, answer.issued->policy_revision,
          search.how == How::kFindHttp};
}

VerifyRequest VerdictFinder::RequestFor(const Search& search,
                                        const Answer& answer) {
  return {search.registry,
          answer.issued->decision.routes,
          answer.policy->bundle,
          answer.policy->snapshot->CaEntriesInScope(search.registry),
          search.how == How::kProbe,
          search.how == How::kFindHttp,
          search.left_open};
}

TimedVerification VerdictFinder::Verify(const VerifyRequest& request) {
  const absl::Time started = boot_->Now();
  return {std::make_shared<const Verification>(verifier_->Verify(
              request, wall_->Now() + options_.verify_timeout)),
          started};
}

void VerdictFinder::Prove(const Search& search, const Answer& answer,
                          std::optional<EarlyProof> early, Verdict& verdict) {
  const VerdictKeyView key = KeyOf(search, answer);
  if (search.how != How::kProbe) {
    std::optional<ProvedRegistry> proved = cache_->Find(key);
    if (proved) return ConcludeProof(*std::move(proved), verdict);
  }
  TimedVerification made = early && key == early->key
                               ? std::move(early->made)
                               : Verify(RequestFor(search, answer));
  if (search.how != How::kProbe) {
    cache_->Put(KeepKey(key), made.verification, made.started);
  }
  ConcludeProof({std::move(made.verification), cache_->ExpiryOf(made.started)},
                verdict);
}

}  // namespace pullgate::agent
