// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_EARLY_PROOF_H_
#define PULLGATE_AGENT_AUTHORIZE_EARLY_PROOF_H_

#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "agent/authorize/verdict_cache.h"
#include "agent/verify/registry_verifier.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// A verification, and when it began, by the boot clock.
struct TimedVerification {
  std::shared_ptr<const Verification> verification;
  absl::Time started;
};

// One verification that is made beside something else. Whoever asked for it
// either takes what came of it, or leaves it to end by itself. Thread-safe.
class EarlyProof {
 public:
  EarlyProof(VerdictKey key, VerifyRequest request)
      : key_(std::move(key)), request_(std::move(request)) {}

  // What it proves: good for a decision with this key and for no other.
  const VerdictKey& key() const { return key_; }

  // Verifies, unless it was called off.
  void Run(RegistryVerifier& verifier, absl::Time deadline, const Clock& boot)
      ABSL_LOCKS_EXCLUDED(mu_);

  // What came of it, as soon as it has; that is by the deadline given to Run().
  // nullopt: nobody has begun, and nobody will any more.
  std::optional<TimedVerification> Take() ABSL_LOCKS_EXCLUDED(mu_);

  // It is not wanted: if nobody has begun, nobody will any more.
  void CallOff() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  enum class State { kWaiting, kRunning, kDone, kCalledOff };

  const VerdictKey key_;
  const VerifyRequest request_;

  Mutex mu_;
  CondVar changed_;
  State state_ ABSL_GUARDED_BY(mu_) = State::kWaiting;
  TimedVerification result_ ABSL_GUARDED_BY(mu_);
};

// Threads for early proofs. Destruction waits for those that were begun, so at
// most until the latest of their deadlines. Thread-safe.
class EarlyProver {
 public:
  // `threads`: so many at once; 0 for none ever. Nothing is owned; all outlives
  // this.
  EarlyProver(RegistryVerifier* verifier, const Clock* wall, const Clock* boot,
              absl::Duration timeout, int threads);

  bool enabled() const { return workers_.has_value(); }

  // Begins soon, on another thread. Never null; where no thread is free for it,
  // it is called off.
  std::shared_ptr<EarlyProof> Begin(VerdictKey key, VerifyRequest request);

 private:
  RegistryVerifier* const verifier_;
  const Clock* const wall_;
  const Clock* const boot_;
  const absl::Duration timeout_;
  std::optional<WorkerPool> workers_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_EARLY_PROOF_H_
