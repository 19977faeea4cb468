// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_book.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "pdp/policy/admission.h"
#include "pdp/policy/change_impact.h"

namespace pullgate::pdp {
namespace {

namespace policy_pb = pullgate::policy::v1;

// Null if that VCH has no policy of its own.
absl::StatusOr<std::optional<StoredPolicy>> Find(PolicyStore& store,
                                                 const VchId& vch) {
  absl::StatusOr<StoredPolicy> stored = store.Get(vch);
  if (stored.ok()) return std::optional<StoredPolicy>(*std::move(stored));
  if (absl::IsNotFound(stored.status())) return std::optional<StoredPolicy>();
  return stored.status();
}

absl::StatusOr<Admission> Judge(const std::optional<StoredPolicy>& stored,
                                const policy_pb::Policy& proposed,
                                const ProcessPolicy& process, absl::Time now) {
  AdmissionContext context(process.settings, now);
  if (stored) context.stored = &stored->policy;
  return AdmitPolicy(proposed, context);
}

// What the store would say to `etag`.
absl::Status CheckEtag(const VchId& vch,
                       const std::optional<StoredPolicy>& stored,
                       absl::string_view etag) {
  if (etag.empty() ||
      (stored && (etag == "*" || etag == stored->policy.etag()))) {
    return absl::OkStatus();
  }
  return WithReason(absl::AbortedError(absl::StrCat(
                        stored ? "the policy was changed in between: "
                               : "there is no policy: ",
                        vch.PolicyName(), "; read it again")),
                    "ETAG_MISMATCH");
}

}  // namespace

// Holds every shard, always taken in the same order. The analysis cannot follow
// a loop over locks.
class PolicyBook::AllShards {
 public:
  explicit AllShards(PolicyBook* book) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : book_(book) {
    for (Mutex& shard : book_->shards_) shard.Lock();
  }
  ~AllShards() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (Mutex& shard : book_->shards_) shard.Unlock();
  }
  AllShards(const AllShards&) = delete;
  AllShards& operator=(const AllShards&) = delete;

 private:
  PolicyBook* const book_;
};

absl::StatusOr<std::unique_ptr<PolicyBook>> PolicyBook::Open(
    PolicyStore* store, ProcessPolicy process, const Change& change,
    const PolicyBookOptions& options) {
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t revision,
      store->SettingsRevision(ContentsOf(process), change));
  return std::unique_ptr<PolicyBook>(
      new PolicyBook(store, std::move(process), revision, options));
}

PolicyBook::PolicyBook(PolicyStore* store, ProcessPolicy process,
                       int64_t revision, const PolicyBookOptions& options)
    : store_(store),
      process_(std::make_shared<const ProcessPolicy>(std::move(process))),
      process_revision_(revision),
      cache_(options.max_cached_policies, options.max_cached_rules) {}

std::shared_ptr<const PolicyInForce> PolicyBook::Cached(const VchId& vch) {
  MutexLock lock(&mu_);
  return cache_.Find(vch);
}

absl::StatusOr<std::shared_ptr<const PolicyInForce>> PolicyBook::InForce(
    const VchId& vch) {
  if (auto cached = Cached(vch)) return cached;
  MutexLock shard(ShardOf(vch));
  // Whoever held the shard before may have loaded it.
  if (auto cached = Cached(vch)) return cached;
  return Load(vch);
}

absl::StatusOr<SetOutcome> PolicyBook::Set(const VchId& vch,
                                           const Proposal& proposal,
                                           const Change& change) {
  SetOutcome outcome;
  {
    MutexLock shard(ShardOf(vch));
    PULLGATE_ASSIGN_OR_RETURN(const auto stored, Find(*store_, vch));
    // Before judging, so that a loser of a race learns that first.
    PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, stored, proposal.etag));
    PULLGATE_ASSIGN_OR_RETURN(
        Admission admission,
        Judge(stored, proposal.policy, *process(), change.time));
    PULLGATE_RETURN_IF_ERROR(RefusalOf(admission.findings, "policy."));
    outcome.impact = Foresee(Held(vch), vch, &admission);
    if (proposal.must_not_widen) {
      PULLGATE_RETURN_IF_ERROR(
          RequireNarrowerOrEqual(*outcome.impact, "policy."));
    }
    Change reported = change;
    reported.report = ReportOf(admission.findings, *outcome.impact);
    reported.report.set_restored_revision(proposal.restores);
    PULLGATE_ASSIGN_OR_RETURN(outcome.policy,
                              Store(vch, admission, proposal.etag, reported));
    outcome.findings = std::move(admission.findings);
  }
  Tell(vch);
  return outcome;
}

absl::StatusOr<SetOutcome> PolicyBook::Try(const VchId& vch,
                                           const Proposal& proposal,
                                           absl::Time now) {
  PULLGATE_ASSIGN_OR_RETURN(const auto stored, Find(*store_, vch));
  PULLGATE_RETURN_IF_ERROR(CheckEtag(vch, stored, proposal.etag));
  PULLGATE_ASSIGN_OR_RETURN(Admission admission,
                            Judge(stored, proposal.policy, *process(), now));
  SetOutcome outcome;
  if (admission.policy) {
    outcome.impact = Foresee(InForce(vch), vch, &admission);
    outcome.policy = std::move(admission.policy);
    outcome.policy->set_name(vch.PolicyName());
  }
  outcome.findings = std::move(admission.findings);
  if (outcome.impact && proposal.must_not_widen) {
    const absl::Status widens = RequireNarrowerOrEqual(*outcome.impact, "");
    if (!widens.ok()) {
      const std::vector<FieldViolation> where = FieldViolationsOf(widens);
      outcome.findings.push_back(
          {Severity::kError, where.empty() ? "" : where.front().field,
           ReasonOf(widens), std::string(widens.message())});
      outcome.policy.reset();
    }
  }
  return outcome;
}

absl::StatusOr<int64_t> PolicyBook::Delete(const VchId& vch,
                                           absl::string_view etag,
                                           const Change& change) {
  int64_t revision = 0;
  {
    MutexLock shard(ShardOf(vch));
    Change reported = change;
    reported.report = ReportOf({}, Foresee(Held(vch), vch, nullptr));
    PULLGATE_ASSIGN_OR_RETURN(revision, store_->Delete(vch, etag, reported));
    MutexLock lock(&mu_);
    cache_.Erase(vch);
  }
  Tell(vch);
  return revision;
}

absl::StatusOr<std::shared_ptr<const PolicyInForce>> PolicyBook::Held(
    const VchId& vch) {
  if (auto cached = Cached(vch)) return cached;
  return Load(vch);
}

policy_pb::PolicyImpact PolicyBook::Foresee(
    const absl::StatusOr<std::shared_ptr<const PolicyInForce>>& before,
    const VchId& vch, const Admission* admission) const {
  if (!before.ok()) return ImpactOrWhyNot(before.status());
  const absl::StatusOr<PolicyInForce> after =
      admission == nullptr
          ? PutInForce(vch, nullptr, *process(), /*revision=*/0)
          : PutInForce(vch, &*admission->policy, *process(), /*revision=*/0,
                       admission->snapshot);
  if (!after.ok()) return ImpactOrWhyNot(after.status());
  return ImpactOrWhyNot(ImpactOf(**before, *after));
}

absl::Status PolicyBook::Update(const std::function<void(ProcessPolicy&)>& edit,
                                const Change& change) {
  bool changed = false;
  {
    AllShards shards(this);
    auto next = std::make_shared<ProcessPolicy>(*process());
    edit(*next);
    PULLGATE_ASSIGN_OR_RETURN(
        const int64_t revision,
        store_->SettingsRevision(ContentsOf(*next), change));
    MutexLock lock(&mu_);
    changed = revision != process_revision_;
    process_ = std::move(next);
    process_revision_ = revision;
    if (changed) cache_.Clear();
  }
  if (changed) Tell(std::nullopt);
  return absl::OkStatus();
}

std::shared_ptr<const ProcessPolicy> PolicyBook::process() const {
  MutexLock lock(&mu_);
  return process_;
}

int64_t PolicyBook::process_revision() const {
  MutexLock lock(&mu_);
  return process_revision_;
}

Mutex* PolicyBook::ShardOf(const VchId& vch) {
  return &shards_[absl::HashOf(vch) % kShards];
}

absl::StatusOr<std::shared_ptr<const PolicyInForce>> PolicyBook::Load(
    const VchId& vch) {
  PULLGATE_ASSIGN_OR_RETURN(const auto stored, Find(*store_, vch));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t last, store_->LastRevision(vch));
  const policy_pb::Policy* own = stored ? &stored->policy : nullptr;
  PULLGATE_ASSIGN_OR_RETURN(
      PolicyInForce in_force,
      PutInForce(vch, own, *process(), std::max(last, process_revision())));
  auto shared = std::make_shared<const PolicyInForce>(std::move(in_force));
  MutexLock lock(&mu_);
  cache_.Put(vch, shared);
  return shared;
}

absl::StatusOr<policy_pb::Policy> PolicyBook::Store(const VchId& vch,
                                                    const Admission& admission,
                                                    absl::string_view etag,
                                                    const Change& change) {
  absl::StatusOr<StoredPolicy> stored =
      store_->Put(vch, *admission.policy, etag, change);
  if (!stored.ok()) {
    // Whatever happened, what is cached may be out of date: read it again.
    MutexLock lock(&mu_);
    cache_.Erase(vch);
    return stored.status();
  }
  // Settings cannot have changed since it was judged: that takes every shard.
  PULLGATE_ASSIGN_OR_RETURN(
      PolicyInForce in_force,
      PutInForce(vch, &stored->policy, *process(),
                 std::max(stored->policy.revision(), process_revision()),
                 admission.snapshot));
  MutexLock lock(&mu_);
  cache_.Put(vch, std::make_shared<const PolicyInForce>(std::move(in_force)));
  return std::move(stored->policy);
}

void PolicyBook::Tell(const std::optional<VchId>& vch) const {
  if (listener_) listener_(vch);
}

}  // namespace pullgate::pdp
