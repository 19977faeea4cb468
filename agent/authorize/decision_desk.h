// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_DECISION_DESK_H_
#define PULLGATE_AGENT_AUTHORIZE_DECISION_DESK_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "agent/decide/decider.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Has decisions made on other threads, for those who have something else to do
// meanwhile. Thread-safe.
class DecisionDesk {
 public:
  // Called once with Decider::Decide()'s answer, on the thread that found it.
  using OnAnswer = std::function<void(const absl::StatusOr<Answer>&)>;

  // A decision on its way. For one thread.
  class Pending {
   public:
    // Waits as Take() does, so OnAnswer may refer to what outlives this.
    ~Pending();
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    // The answer, as soon as it is there and OnAnswer has heard of it; that is
    // as soon as Decider::Decide() returns. Once.
    absl::StatusOr<Answer> Take();

   private:
    friend class DecisionDesk;
    struct Slot;
    explicit Pending(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}

    const std::shared_ptr<Slot> slot_;  // never null
  };

  // `threads`: so many decisions at once; 0 for none ever. `decider` is not
  // owned and outlives this.
  DecisionDesk(Decider* decider, int threads);

  bool enabled() const { return max_pending_ > 0; }

  // Decides, as Decider::Decide() does. Null: no thread is free for it, and
  // waiting for one might take longer than to decide.
  std::unique_ptr<Pending> Decide(const RegistryAddress& registry,
                                  const Evidence& evidence, OnAnswer on_answer)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  bool TakeThread() ABSL_LOCKS_EXCLUDED(mu_);
  void GiveThread() ABSL_LOCKS_EXCLUDED(mu_);

  Decider* const decider_;
  const int max_pending_;
  Mutex mu_;
  int pending_ ABSL_GUARDED_BY(mu_) = 0;
  WorkerPool workers_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_DECISION_DESK_H_
