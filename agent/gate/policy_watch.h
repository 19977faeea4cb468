// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_POLICY_WATCH_H_
#define PULLGATE_AGENT_GATE_POLICY_WATCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/decide/active_policy.h"
#include "agent/gate/connection_book.h"
#include "agent/gate/gate_parts.h"
#include "agent/gate/still_permitted.h"
#include "common/rpc/worker_pool.h"

namespace pullgate::agent {

// Ends the pulls that the policy held does not permit any more, and all of them
// when the lease has ended: to be asked to look often. What has to be verified
// anew is, on workers, and is ended too if it is not proved in time.
//
// Look() is for one thread at a time, and does not wait. What it is given
// outlives it.
class PolicyWatch {
 public:
  // How often to look, and how long a new proof may take: together less than a
  // second.
  static constexpr absl::Duration kInterval = absl::Milliseconds(100);
  static constexpr absl::Duration kProofLimit = absl::Milliseconds(700);

  PolicyWatch(const GateParts& parts, const ConnectionBook* book);

  void Look();

  // Waits for the workers.
  void Close() { provers_.Shutdown(); }

 private:
  using Pulls = std::vector<ConnectionBook::Pull>;

  // Whether the last lease seen is over.
  bool IsLeaseOver();
  // Pulls of one verdict have one answer.
  void CheckPolicy(const std::shared_ptr<const ActivePolicy>& policy,
                   const Pulls& pulls);
  void ProveAgain(std::shared_ptr<const ActivePolicy> policy, Pulls pulls);
  bool Proves(const ActivePolicy& policy, const OpenPull& pull) const;

  const GateParts parts_;
  const ConnectionBook* const book_;
  // The policy of the last look, how many there have been, and the pulls then.
  std::shared_ptr<const ActivePolicy> policy_;
  uint64_t policies_ = 0;
  uint64_t pulls_seen_ = 0;
  // When the last lease seen ends, by the boot clock.
  absl::Time lease_ends_ = absl::InfiniteFuture();
  WorkerPool provers_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_POLICY_WATCH_H_
