// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_POLICY_HOLDER_H_
#define PULLGATE_AGENT_DECIDE_POLICY_HOLDER_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/decide/active_policy.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Leave to go on without the PDP for `duration`, counted from when the
// heartbeat was sent that it answers.
struct Lease {
  int64_t revision = 0;
  absl::Time wall_start;  // by the wall clock: it outlives a restart
  absl::Time boot_start;  // by the boot clock: nobody can set it
  absl::Duration duration;
};

// The policy that the agent holds now, the lease on it, and the highest
// revision that it has heard of.
//
// Thread-safe. Readers take a shared_ptr for one question, and never see half a
// policy. Clocks are not owned and outlive this.
class PolicyHolder {
 public:
  struct LeaseState {
    bool valid = false;
    // When it ends, by either clock; InfinitePast without one.
    absl::Time wall_expires = absl::InfinitePast();
    absl::Time boot_expires = absl::InfinitePast();
  };

  PolicyHolder(const Clock* wall, const Clock* boot)
      : wall_(wall), boot_(boot) {}

  // Null before the first policy.
  std::shared_ptr<const ActivePolicy> Current() const ABSL_LOCKS_EXCLUDED(mu_);

  // Swaps the policy. FailedPrecondition: its revision is lower than the one
  // held. The same revision again is taken: the public CA set may have changed.
  // A lease stays with the revision that it was granted for.
  absl::Status Replace(std::shared_ptr<const ActivePolicy> policy)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Takes a lease for the revision held; one for another is dropped, since it
  // says nothing about this. A lease that would end earlier than the present
  // one is taken too: the PDP may shorten it. False: dropped.
  bool GrantLease(const Lease& lease) ABSL_LOCKS_EXCLUDED(mu_);

  // Valid while both clocks say so: setting the wall clock back, even before
  // the lease began, does not prolong it.
  LeaseState lease() const ABSL_LOCKS_EXCLUDED(mu_);

  // Says that `revision` exists, as an answer of the PDP tells before the
  // policy itself arrives. Everything older is out of date from now on.
  void NoteRevision(int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);

  // The highest revision held or heard of; 0: none. Costs no lock.
  int64_t latest_revision() const { return latest_revision_.load(); }

  // Waits until a revision of at least `revision` is held, for at most
  // `timeout`, or until Close(). True: it is.
  bool AwaitRevision(int64_t revision, absl::Duration timeout)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Wakes all who wait, now and later.
  void Close() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const Clock* const wall_;
  const Clock* const boot_;

  std::atomic<int64_t> latest_revision_{0};
  mutable Mutex mu_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  std::shared_ptr<const ActivePolicy> policy_ ABSL_GUARDED_BY(mu_);
  Lease lease_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_POLICY_HOLDER_H_
