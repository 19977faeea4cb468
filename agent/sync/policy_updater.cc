// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/policy_updater.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/decide/active_policy.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {
namespace {

using ActivePolicyPtr = std::shared_ptr<const ActivePolicy>;

}  // namespace

PolicyUpdater::PolicyUpdater(VchId vch, PolicyHolder* holder,
                             LastPolicyStore* store, const Clock* wall,
                             const Clock* boot,
                             std::shared_ptr<const PublicCaSet> public_cas)
    : vch_(std::move(vch)),
      holder_(holder),
      store_(store),
      wall_(wall),
      boot_(boot),
      public_cas_(std::move(public_cas)) {}

absl::Status PolicyUpdater::LoadLast() {
  MutexLock lock(&mu_);
  PULLGATE_ASSIGN_OR_RETURN(std::optional<HeldPolicy> held, store_->Load());
  if (!held) return absl::OkStatus();
  const absl::Time now = wall_->Now();
  PULLGATE_ASSIGN_OR_RETURN(
      ActivePolicyPtr policy,
      MakeActivePolicy(held->policy, vch_, public_cas_, now, held->received));
  PULLGATE_RETURN_IF_ERROR(holder_->Replace(std::move(policy)));
  if (now < held->lease_start) return absl::OkStatus();
  lease_ = {held->policy.revision(), held->lease_start,
            boot_->Now() - (now - held->lease_start), held->lease};
  holder_->GrantLease(lease_);
  return absl::OkStatus();
}

absl::Status PolicyUpdater::Apply(
    const pullgate::sync::v1::EffectivePolicy& proto) {
  MutexLock lock(&mu_);
  const int64_t revision = proto.revision();
  const ActivePolicyPtr current = holder_->Current();
  if (current != nullptr && revision == current->revision) {
    return absl::OkStatus();  // sent again; a revision has one content
  }
  if (current != nullptr && revision < current->revision) {
    return absl::FailedPreconditionError(
        absl::StrCat("revision ", revision, " is lower than ",
                     current->revision, ", which this agent holds"));
  }
  const absl::Time now = wall_->Now();
  absl::StatusOr<ActivePolicyPtr> policy =
      MakeActivePolicy(proto, vch_, public_cas_, now, now);
  if (!policy.ok()) {
    if (proto.vch() == vch_.Name()) holder_->NoteRevision(revision);
    return policy.status();
  }
  const Lease inherited = Inherit(proto);
  const absl::Status stored =
      store_->Store({proto, now, inherited.wall_start, inherited.duration});
  if (!stored.ok()) {
    holder_->NoteRevision(revision);
    return absl::Status(
        stored.code() == absl::StatusCode::kFailedPrecondition
            ? absl::StatusCode::kFailedPrecondition
            : absl::StatusCode::kUnavailable,
        absl::StrCat("revision ", revision,
                     " could not be stored: ", stored.message()));
  }
  PULLGATE_RETURN_IF_ERROR(holder_->Replace(*std::move(policy)));
  lease_ = inherited;
  holder_->GrantLease(lease_);
  return absl::OkStatus();
}

absl::Status PolicyUpdater::GrantLease(const Lease& lease) {
  MutexLock lock(&mu_);
  if (!holder_->GrantLease(lease)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "a lease on revision ", lease.revision, " for ",
        absl::FormatDuration(lease.duration), " is none on the policy held"));
  }
  lease_ = lease;
  return store_->RenewLease(lease.revision, lease.wall_start, lease.duration);
}

absl::Status PolicyUpdater::SetPublicCas(
    std::shared_ptr<const PublicCaSet> public_cas) {
  MutexLock lock(&mu_);
  if (const ActivePolicyPtr current = holder_->Current(); current != nullptr) {
    absl::StatusOr<ActivePolicyPtr> renewed =
        WithPublicCas(*current, public_cas, wall_->Now());
    if (!renewed.ok()) return absl::InternalError(renewed.status().message());
    PULLGATE_RETURN_IF_ERROR(holder_->Replace(*std::move(renewed)));
  }
  public_cas_ = std::move(public_cas);
  return absl::OkStatus();
}

Lease PolicyUpdater::Inherit(
    const pullgate::sync::v1::EffectivePolicy& proto) const {
  Lease lease = lease_;
  lease.revision = proto.revision();
  if (proto.policy().has_lease()) {
    lease.duration = std::min(lease.duration,
                              wire::DurationFromProto(proto.policy().lease()));
  }
  return lease;
}

}  // namespace pullgate::agent
