// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/decider.h"

#include <algorithm>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/policy/decide.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// How often an answer may be out of date on arrival. Policies change by the
// hand of people; whoever loses this race so often has no race but a PDP that
// went back in time.
constexpr int kAttempts = 3;

std::string NewInstance() {
  absl::BitGen random;
  return absl::StrFormat("%016x", absl::Uniform<uint64_t>(random));
}

absl::Status Also(const absl::Status& first, const absl::Status& then) {
  return absl::Status(
      then.code(), absl::StrCat(then.message(), "; the PDP was asked first: ",
                                absl::StatusCodeToString(first.code()), ": ",
                                first.message()));
}

bool Permits(const IssuedDecision& issued) {
  return issued.decision.effect == Effect::kPermit;
}

}  // namespace

Decider::Decider(VchId vch, PdpClient* pdp, DecisionCache* cache,
                 PolicyHolder* holder, const Clock* wall, const Clock* boot,
                 DeciderOptions options)
    : vch_(std::move(vch)),
      pdp_(pdp),
      cache_(cache),
      holder_(holder),
      wall_(wall),
      boot_(boot),
      options_(options),
      instance_(NewInstance()) {}

std::optional<Answer> Decider::DecideAtOnce(const RegistryAddress& registry,
                                            const Evidence& evidence) {
  if (options_.locally == DecideLocally::kAlways) {
    absl::StatusOr<Answer> answer = DecideByPolicyHeld({registry, evidence});
    return answer.ok() ? std::optional<Answer>(*std::move(answer))
                       : std::nullopt;
  }
  const int64_t revision = holder_->latest_revision();
  std::shared_ptr<const ActivePolicy> policy = holder_->Current();
  if (policy == nullptr || policy->revision != revision) return std::nullopt;
  const PolicyHolder::LeaseState lease = holder_->lease();
  if (!lease.valid) return std::nullopt;
  std::optional<CachedDecision> cached =
      cache_->Find({vch_, registry, evidence, revision});
  if (!cached) return std::nullopt;
  if (!Permits(*cached->issued)) {
    policy = nullptr;
  } else if (policy->bundle->id() != cached->issued->trust_bundle_id) {
    return std::nullopt;
  }
  return Answer{DecidedBy::kCache, std::move(cached->issued), std::move(policy),
                std::min(cached->expires, lease.boot_expires)};
}

std::optional<Answer> Decider::Foresee(const RegistryAddress& registry,
                                       const Evidence& evidence) {
  if (options_.locally == DecideLocally::kNever) return std::nullopt;
  absl::StatusOr<Answer> answer = DecideByPolicyHeld({registry, evidence});
  if (!answer.ok()) return std::nullopt;
  return *std::move(answer);
}

absl::StatusOr<Answer> Decider::Decide(const RegistryAddress& registry,
                                       const Evidence& evidence) {
  if (std::optional<Answer> answer = DecideAtOnce(registry, evidence)) {
    return *std::move(answer);
  }
  const PdpQuestion question = {registry, evidence};
  absl::StatusOr<Answer> answer = AskOrDecide(question);
  if (answer.ok()) Remember(question, *answer);
  return answer;
}

absl::StatusOr<Answer> Decider::Explain(const RegistryAddress& registry,
                                        const Evidence& evidence) {
  const PdpQuestion question = {registry, evidence, /*explain=*/true};
  if (options_.locally == DecideLocally::kAlways) {
    absl::StatusOr<Answer> answer = DecideByPolicyHeld(question);
    if (answer.ok()) return answer;
  }
  return AskOrDecide(question);
}

absl::StatusOr<Answer> Decider::AskOrDecide(const PdpQuestion& question) {
  absl::Status refusal = absl::UnavailableError(
      absl::StrCat("the PDP answers by a policy revision lower than ",
                   holder_->latest_revision(), ", which it told of before"));
  for (int i = 0; i < kAttempts; ++i) {
    absl::StatusOr<std::optional<Answer>> answer = Ask(question);
    if (!answer.ok()) {
      refusal = answer.status();
      break;
    }
    if (*answer) return **std::move(answer);
  }
  if (options_.locally == DecideLocally::kNever || !IsPdpAway(refusal)) {
    return refusal;
  }
  absl::StatusOr<Answer> answer = DecideByPolicyHeld(question);
  if (!answer.ok()) return Also(refusal, answer.status());
  return answer;
}

absl::StatusOr<std::optional<Answer>> Decider::Ask(
    const PdpQuestion& question) {
  const absl::Time asked = boot_->Now();
  PULLGATE_ASSIGN_OR_RETURN(
      IssuedDecision decision,
      pdp_->CheckPull(question, wall_->Now() + options_.call_timeout));
  if (decision.policy_revision < holder_->latest_revision()) {
    return std::optional<Answer>();
  }
  holder_->NoteRevision(decision.policy_revision);
  auto issued = std::make_shared<const IssuedDecision>(std::move(decision));
  Answer answer = {DecidedBy::kPdp, issued, nullptr, asked + issued->ttl};
  if (!Permits(*issued)) return std::optional<Answer>(std::move(answer));
  PULLGATE_ASSIGN_OR_RETURN(answer.policy, AnchorsFor(*issued));
  if (answer.policy == nullptr) return std::optional<Answer>();
  return std::optional<Answer>(std::move(answer));
}

absl::StatusOr<std::shared_ptr<const ActivePolicy>> Decider::AnchorsFor(
    const IssuedDecision& issued) {
  std::shared_ptr<const ActivePolicy> policy = holder_->Current();
  const bool held =
      policy != nullptr && policy->bundle->id() == issued.trust_bundle_id;
  if (held) return policy;
  if (!holder_->AwaitRevision(issued.policy_revision,
                              options_.anchors_timeout)) {
    return absl::UnavailableError(absl::StrCat(
        "the permit is by policy revision ", issued.policy_revision,
        ", whose trust anchors have not arrived yet; nothing else may vouch "
        "for the registry"));
  }
  policy = holder_->Current();
  if (policy->bundle->id() == issued.trust_bundle_id) return policy;
  if (policy->revision > issued.policy_revision) {
    return std::shared_ptr<const ActivePolicy>();
  }
  return absl::InternalError(
      absl::StrCat("the permit names the trust anchors ",
                   issued.trust_bundle_id, ", and policy revision ",
                   policy->revision, " has ", policy->bundle->id()));
}

absl::StatusOr<Answer> Decider::DecideByPolicyHeld(
    const PdpQuestion& question) {
  std::shared_ptr<const ActivePolicy> policy = holder_->Current();
  if (policy == nullptr) {
    return absl::UnavailableError("this agent has not received a policy yet");
  }
  const PolicyHolder::LeaseState lease = holder_->lease();
  if (!lease.valid) {
    return absl::UnavailableError(absl::StrCat(
        "the lease on policy revision ", policy->revision, " ended at ",
        absl::FormatTime(lease.wall_expires, absl::UTCTimeZone())));
  }
  if (policy->revision < holder_->latest_revision()) {
    return absl::UnavailableError(absl::StrCat(
        "policy revision ", policy->revision, " is out of date, and revision ",
        holder_->latest_revision(), " has not arrived yet"));
  }
  auto issued = std::make_shared<IssuedDecision>();
  PULLGATE_ASSIGN_OR_RETURN(
      issued->decision,
      pullgate::Decide(*policy->snapshot, question.registry, question.evidence,
                       {question.explain}));
  issued->policy_revision = policy->revision;
  issued->trust_bundle_id = policy->bundle->id();
  issued->ttl = lease.boot_expires - boot_->Now();
  issued->decision_id = NextDecisionId();
  issued->evidence = question.evidence;
  if (question.evidence.outcome != Evidence::Outcome::kAbsent) {
    issued->evidence_source = EvidenceSource::kCaller;
  }
  if (!Permits(*issued)) policy = nullptr;
  return Answer{DecidedBy::kAgent, std::move(issued), std::move(policy),
                lease.boot_expires};
}

void Decider::Remember(const PdpQuestion& question, const Answer& answer) {
  if (answer.decided_by != DecidedBy::kPdp) return;
  cache_->Put({vch_, question.registry, question.evidence,
               answer.issued->policy_revision},
              {answer.issued, answer.expires});
}

std::string Decider::NextDecisionId() {
  return absl::StrCat("agent-", instance_, "-", decisions_.fetch_add(1) + 1);
}

}  // namespace pullgate::agent
