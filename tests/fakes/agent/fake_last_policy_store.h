// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A last policy in memory, which can fail on purpose.

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_LAST_POLICY_STORE_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_LAST_POLICY_STORE_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/sync/last_policy_store.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Thread-safe.
class FakeLastPolicyStore final : public LastPolicyStore {
 public:
  // From now on nothing can be read or stored; OK ends it.
  void FailWith(absl::Status status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    failure_ = std::move(status);
  }
  std::optional<HeldPolicy> held() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return held_;
  }
  void Hold(HeldPolicy held) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    held_ = std::move(held);
  }

  absl::StatusOr<std::optional<HeldPolicy>> Load() override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (!failure_.ok()) return failure_;
    return held_;
  }

  absl::Status Store(const HeldPolicy& held) override ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (!failure_.ok()) return failure_;
    if (held_ && held_->policy.revision() > held.policy.revision()) {
      return absl::FailedPreconditionError("a higher revision is stored");
    }
    held_ = held;
    return absl::OkStatus();
  }

  absl::Status RenewLease(int64_t revision, absl::Time lease_start,
                          absl::Duration lease) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (!failure_.ok()) return failure_;
    if (!held_ || held_->policy.revision() != revision) {
      return absl::OkStatus();
    }
    held_->lease_start = lease_start;
    held_->lease = lease;
    return absl::OkStatus();
  }

 private:
  mutable Mutex mu_;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  std::optional<HeldPolicy> held_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_LAST_POLICY_STORE_H_
