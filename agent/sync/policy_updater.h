// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_POLICY_UPDATER_H_
#define PULLGATE_AGENT_SYNC_POLICY_UPDATER_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "agent/decide/policy_holder.h"
#include "agent/sync/last_policy_store.h"
#include "common/crypto/public_ca_set.h"
#include "common/identity/vch_id.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::agent {

// Changes what the agent decides by: takes policies and leases, keeps them on
// disk first, and makes the trust anchors anew when the public CA set changes.
//
// Thread-safe; one change at a time. Pointers are not owned and outlive this.
class PolicyUpdater {
 public:
  // `public_cas` is never null.
  PolicyUpdater(VchId vch, PolicyHolder* holder, LastPolicyStore* store,
                const Clock* wall, const Clock* boot,
                std::shared_ptr<const PublicCaSet> public_cas);

  // Takes up the policy of the agent's last run, with what is left of its
  // lease; at start, before the first Apply. A wall clock that stands before
  // the lease began leaves nothing of it. Nothing stored is OK. An error means
  // that what was stored is of no use: the agent starts without.
  absl::Status LoadLast() ABSL_LOCKS_EXCLUDED(mu_);

  // Takes a policy that the PDP sent. It is stored before it counts, so that a
  // restart never goes back. What is left of the present lease passes on to it,
  // but not for longer than its own.
  //
  // FailedPrecondition: its revision is lower than the one held.
  // InvalidArgument: it cannot be used (MakeActivePolicy). Other codes: it
  // could not be stored. Then the agent keeps the policy it has, yet knows that
  // it is out of date if the revision is higher.
  absl::Status Apply(const pullgate::sync::v1::EffectivePolicy& proto)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Takes a lease. FailedPrecondition: it is not for the revision held. Other
  // codes: it holds now but could not be stored, and a restart will not know
  // of it.
  absl::Status GrantLease(const Lease& lease) ABSL_LOCKS_EXCLUDED(mu_);

  // From now on this is the public set that vouches where the policy lets it.
  // An error, which leaves everything as it was, is Internal: what could be
  // used before no longer can.
  absl::Status SetPublicCas(std::shared_ptr<const PublicCaSet> public_cas)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // The lease that passes on to `proto`.
  Lease Inherit(const pullgate::sync::v1::EffectivePolicy& proto) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const VchId vch_;
  PolicyHolder* const holder_;
  LastPolicyStore* const store_;
  const Clock* const wall_;
  const Clock* const boot_;

  Mutex mu_;
  std::shared_ptr<const PublicCaSet> public_cas_ ABSL_GUARDED_BY(mu_);
  Lease lease_ ABSL_GUARDED_BY(mu_);  // the last one granted
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_POLICY_UPDATER_H_
