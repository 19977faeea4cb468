// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/late_policy_store.h"

#include "common/status/status_macros.h"

namespace pullgate::agent {

absl::StatusOr<LastPolicyStore*> LatePolicyStore::Opened() {
  MutexLock lock(&mu_);
  if (store_ == nullptr) {
    PULLGATE_ASSIGN_OR_RETURN(store_, open_());
  }
  return store_.get();
}

absl::StatusOr<std::optional<HeldPolicy>> LatePolicyStore::Load() {
  PULLGATE_ASSIGN_OR_RETURN(LastPolicyStore* const store, Opened());
  return store->Load();
}

absl::Status LatePolicyStore::Store(const HeldPolicy& held) {
  PULLGATE_ASSIGN_OR_RETURN(LastPolicyStore* const store, Opened());
  return store->Store(held);
}

absl::Status LatePolicyStore::RenewLease(int64_t revision,
                                         absl::Time lease_start,
                                         absl::Duration lease) {
  PULLGATE_ASSIGN_OR_RETURN(LastPolicyStore* const store, Opened());
  return store->RenewLease(revision, lease_start, lease);
}

}  // namespace pullgate::agent
