// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_LATE_POLICY_STORE_H_
#define PULLGATE_AGENT_SYNC_LATE_POLICY_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/sync/last_policy_store.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// A store whose disk does not let it be opened now, because it is full say:
// each call tries to open it, and fails as that does, until it is open. So an
// agent starts without its last policy, and has it from the PDP; what is stored
// still keeps an older revision out. Thread-safe.
class LatePolicyStore final : public LastPolicyStore {
 public:
  using Open =
      std::function<absl::StatusOr<std::unique_ptr<LastPolicyStore>>()>;

  explicit LatePolicyStore(Open open) : open_(std::move(open)) {}

  absl::StatusOr<std::optional<HeldPolicy>> Load() override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Store(const HeldPolicy& held) override ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status RenewLease(int64_t revision, absl::Time lease_start,
                          absl::Duration lease) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::StatusOr<LastPolicyStore*> Opened() ABSL_LOCKS_EXCLUDED(mu_);

  const Open open_;
  Mutex mu_;
  std::unique_ptr<LastPolicyStore> store_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_LATE_POLICY_STORE_H_
