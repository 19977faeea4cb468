// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_
#define PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/audit/spool.h"
#include "agent/authorize/question.h"
#include "agent/authorize/verdict.h"
#include "agent/authorize/verdict_finder.h"
#include "agent/authorize/verdict_observer.h"
#include "agent/decide/policy_holder.h"
#include "common/identity/vch_id.h"
#include "common/registry/registry_address.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// Authorizes pulls: parses the question, finds the verdict, records it, and
// only then gives it. What cannot be recorded is refused.
//
// Never blocks its caller. A verdict that is at hand is given on the caller's
// thread, or on the one that committed its event; other questions wait on
// workers, equal ones together for one verdict, and too many are refused.
//
// Thread-safe. Nothing is owned; all outlives this. `wall` dates events,
// `boot`, a boot clock, measures.
class PullAuthorizer {
 public:
  // Called exactly once, on any thread, maybe before the call returns. OK: the
  // response is filled in, permit or refusal. InvalidArgument: the question is
  // malformed. ResourceExhausted: too many questions. Unavailable: closed.
  using Done = std::function<void(absl::Status)>;

  PullAuthorizer(VchId vch, VerdictFinder* finder, PolicyHolder* holder,
                 Spool* spool, VerdictObserver* observer, const Clock* wall,
                 const Clock* boot, int max_concurrent_pulls);
  // Closes.
  ~PullAuthorizer();

  // `response` outlives the call of `done`.
  void Authorize(const pullgate::agent::v1::AuthorizePullRequest& request,
                 pullgate::agent::v1::AuthorizePullResponse* response,
                 Done done) ABSL_LOCKS_EXCLUDED(mu_);

  // Says what Authorize would, in detail. Records nothing.
  void Probe(const pullgate::agent::v1::ProbeRegistryRequest& request,
             pullgate::agent::v1::ProbeRegistryResponse* response, Done done)
      ABSL_LOCKS_EXCLUDED(mu_);

  // For a shutdown: from now on only answers what is at hand, waits until
  // nothing else is under way, and at `deadline` refuses the rest: Unavailable.
  void Drain(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes no more questions and waits for those under way, and for the work on
  // those that Drain() refused. Idempotent.
  void Close();

 private:
  // One question on its way to its answer.
  struct Call {
    PullQuestion question;
    absl::Time started;  // by the boot clock
    pullgate::agent::v1::AuthorizePullResponse* response;
    Done done;
  };
  using CallPtr = std::shared_ptr<Call>;

  struct ProbeCall {
    PullQuestion question;
    pullgate::agent::v1::ProbeRegistryResponse* response;
    Done done;
  };
  using ProbePtr = std::shared_ptr<ProbeCall>;

  // Questions that share a verdict: a new policy revision starts a new one, so
  // that nobody gets an answer that was out of date when he asked.
  using FlightKey = std::pair<RegistryAddress, int64_t>;
  struct FlightKeyHash {
    size_t operator()(const FlightKey& key) const;
  };

  // Waits with others for the verdict. ResourceExhausted: there is no room.
  absl::Status Join(CallPtr call) ABSL_LOCKS_EXCLUDED(mu_);
  void Fly(const FlightKey& key) ABSL_LOCKS_EXCLUDED(mu_);
  std::vector<CallPtr> Land(const FlightKey& key) ABSL_LOCKS_EXCLUDED(mu_);
  void FlyProbe(const ProbePtr& probe) ABSL_LOCKS_EXCLUDED(mu_);
  // False: somebody else has answered it.
  bool LandProbe(const ProbePtr& probe) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Enter() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Leave(size_t calls) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Records the verdict, then gives it.
  void Conclude(const Verdict& verdict, CallPtr call);
  void Give(const Call& call,
            const absl::StatusOr<pullgate::audit::v1::AuditEvent>& recorded);
  void Refuse(const absl::Status& status, const Done& done);
  // When a permit ends, by the wall clock.
  absl::Time WallExpiry(const Verdict& verdict) const;

  const VchId vch_;
  const std::string vch_name_;
  VerdictFinder* const finder_;
  PolicyHolder* const holder_;
  Spool* const spool_;
  VerdictObserver* const observer_;
  const Clock* const wall_;
  const Clock* const boot_;
  const size_t max_concurrent_;

  Mutex mu_;
  CondVar changed_;
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  size_t evaluating_ ABSL_GUARDED_BY(mu_) = 0;  // calls and probes
  absl::flat_hash_map<FlightKey, std::vector<CallPtr>, FlightKeyHash> flights_
      ABSL_GUARDED_BY(mu_);
  absl::flat_hash_set<ProbePtr> probes_ ABSL_GUARDED_BY(mu_);

  WorkerPool workers_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_PULL_AUTHORIZER_H_
