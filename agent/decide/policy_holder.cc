// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/policy_holder.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace pullgate::agent {

std::shared_ptr<const ActivePolicy> PolicyHolder::Current() const {
  MutexLock lock(&mu_);
  return policy_;
}

absl::Status PolicyHolder::Replace(std::shared_ptr<const ActivePolicy> policy) {
  const int64_t revision = policy->revision;
  {
    MutexLock lock(&mu_);
    if (policy_ != nullptr && revision < policy_->revision) {
      return absl::FailedPreconditionError(
          absl::StrCat("revision ", revision, " is lower than ",
                       policy_->revision, ", which this agent holds"));
    }
    policy_.swap(policy);
    changed_.NotifyAll();
  }
  NoteRevision(revision);
  return absl::OkStatus();  // the old policy goes without the lock
}

bool PolicyHolder::GrantLease(const Lease& lease) {
  MutexLock lock(&mu_);
  if (policy_ == nullptr || policy_->revision != lease.revision) return false;
  if (lease.duration <= absl::ZeroDuration()) return false;
  lease_ = lease;
  return true;
}

PolicyHolder::LeaseState PolicyHolder::lease() const {
  const absl::Time wall_now = wall_->Now();
  const absl::Time boot_now = boot_->Now();
  MutexLock lock(&mu_);
  LeaseState state;
  if (policy_ == nullptr || policy_->revision != lease_.revision) return state;
  state.wall_expires = lease_.wall_start + lease_.duration;
  state.boot_expires = lease_.boot_start + lease_.duration;
  state.valid = wall_now >= lease_.wall_start &&
                wall_now < state.wall_expires && boot_now < state.boot_expires;
  return state;
}

void PolicyHolder::NoteRevision(int64_t revision) {
  int64_t latest = latest_revision_.load();
  while (revision > latest &&
         !latest_revision_.compare_exchange_weak(latest, revision)) {
  }
}

bool PolicyHolder::AwaitRevision(int64_t revision, absl::Duration timeout) {
  const absl::Time deadline = boot_->Now() + timeout;
  MutexLock lock(&mu_);
  while (policy_ == nullptr || policy_->revision < revision) {
    if (closed_) return false;
    if (!changed_.WaitFor(&mu_, deadline - boot_->Now())) break;
  }
  return policy_ != nullptr && policy_->revision >= revision;
}

void PolicyHolder::Close() {
  MutexLock lock(&mu_);
  closed_ = true;
  changed_.NotifyAll();
}

}  // namespace pullgate::agent
