// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_LAST_POLICY_STORE_H_
#define PULLGATE_AGENT_SYNC_LAST_POLICY_STORE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::agent {

// The policy last received and the lease on it, by the wall clock: an agent may
// be restarted while the PDP is away.
struct HeldPolicy {
  pullgate::sync::v1::EffectivePolicy policy;
  absl::Time received;
  // When the heartbeat that granted the lease was sent, and for how long it is
  // good. A clock that stands before `lease_start` makes the lease void.
  absl::Time lease_start;
  absl::Duration lease;
};

// Keeps it on disk; what Load returns was stored whole. Thread-safe.
class LastPolicyStore {
 public:
  virtual ~LastPolicyStore() = default;

  // Nothing stored yet: nullopt. DataLoss: what is stored does not read back.
  virtual absl::StatusOr<std::optional<HeldPolicy>> Load() = 0;

  // Durable when it returns. FailedPrecondition: a higher revision is stored.
  virtual absl::Status Store(const HeldPolicy& held) = 0;

  // Moves the lease of `revision`; no-op if another revision is stored.
  virtual absl::Status RenewLease(int64_t revision, absl::Time lease_start,
                                  absl::Duration lease) = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_LAST_POLICY_STORE_H_
