// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_FLIGHTS_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_FLIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/authorize/verdict.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/decide/policy_holder.h"
#include "common/registry/registry_address.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Questions whose verdict is not at hand: they wait here while a worker finds
// it, equal ones together for one verdict. So many at once and no more.
//
// A new policy revision starts a flight of its own, so that nobody gets an
// answer that was out of date when he asked.
//
// Thread-safe. Pointers are not owned and outlive this.
class VerdictFlights {
 public:
  // Called exactly once, on a worker or, with an error, on the caller's thread.
  // ResourceExhausted: too many questions. Unavailable: shutting down.
  using Landing = std::function<void(const absl::StatusOr<Verdict>&)>;

  VerdictFlights(VerdictFinder* finder, PolicyHolder* holder,
                 int max_concurrent);
  // Closes.
  ~VerdictFlights();

  // VerdictFinder::Find.
  void Find(const RegistryAddress& registry, const Landing& landing,
            Expect expect = Expect::kRegistry) ABSL_LOCKS_EXCLUDED(mu_);
  // VerdictFinder::Probe, shared with nobody.
  void Probe(const RegistryAddress& registry, const Landing& landing)
      ABSL_LOCKS_EXCLUDED(mu_);

  // For a shutdown: takes nobody any more, waits until all have landed, and at
  // `deadline` lands the rest with Unavailable.
  void Drain(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes nobody any more and waits for the workers, also for those that work
  // for nobody after Drain(). Idempotent.
  void Close();

 private:
  // The registry, the revision, what is expected of it, and for a probe a
  // number of its own, else 0.
  using Key = std::tuple<RegistryAddress, int64_t, Expect, uint64_t>;
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  void Board(uint64_t probe, const RegistryAddress& registry, Expect expect,
             const Landing& landing) ABSL_LOCKS_EXCLUDED(mu_);
  void Fly(const Key& key) ABSL_LOCKS_EXCLUDED(mu_);
  // Lands all of a flight, if it has not landed yet.
  void Land(const Key& key, const absl::StatusOr<Verdict>& verdict)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CheckRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  VerdictFinder* const finder_;
  PolicyHolder* const holder_;
  const size_t max_concurrent_;

  Mutex mu_;
  CondVar changed_;
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t probes_ ABSL_GUARDED_BY(mu_) = 0;  // ever
  size_t aboard_ ABSL_GUARDED_BY(mu_) = 0;    // questions in flights_
  size_t landing_ ABSL_GUARDED_BY(mu_) = 0;   // calls of Land() at work
  absl::flat_hash_map<Key, std::vector<Landing>, KeyHash> flights_
      ABSL_GUARDED_BY(mu_);

  WorkerPool workers_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_FLIGHTS_H_
