// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_DECIDER_H_
#define PULLGATE_AGENT_DECIDE_DECIDER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/decide/active_policy.h"
#include "agent/decide/decision_cache.h"
#include "agent/decide/issued_decision.h"
#include "agent/decide/pdp_client.h"
#include "agent/decide/policy_holder.h"
#include "common/identity/vch_id.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// When the agent decides by the policy that it holds, instead of asking.
enum class DecideLocally { kWhenPdpIsAway, kAlways, kNever };

struct DeciderOptions {
  DecideLocally locally = DecideLocally::kWhenPdpIsAway;
  // For one CheckPull.
  absl::Duration call_timeout = absl::Seconds(2);
  // How long a permit may wait for the trust anchors that it names.
  absl::Duration anchors_timeout = absl::Seconds(2);
};

// A decision, and what it takes to act on it.
struct Answer {
  DecidedBy decided_by = DecidedBy::kNobody;
  std::shared_ptr<const IssuedDecision> issued;  // never null
  // With a permit: the policy whose bundle is the one that the decision names.
  std::shared_ptr<const ActivePolicy> policy;
  // Until when it may be reused, by the boot clock.
  absl::Time expires;
};

// Finds the decision for a question: from the cache, else from the PDP, else,
// when the PDP is away, by the policy held while its lease lasts. Refuses the
// rest.
//
// What the PDP answers is held against what is known already: an answer by a
// revision older than the newest heard of is asked for again; a permit waits
// for the trust anchors that it names and is never combined with others; and
// once a newer revision is heard of, the policy held no longer decides.
//
// A cached decision counts only while the lease lasts, so that a revocation
// takes effect within the lease even if all ways to the PDP are cut.
//
// Returns within a few call timeouts. Thread-safe. Nothing is owned; all
// outlives this. `wall` tells the PDP's deadlines, `boot`, a boot clock, how
// long answers may be reused.
class Decider {
 public:
  Decider(VchId vch, PdpClient* pdp, DecisionCache* cache, PolicyHolder* holder,
          const Clock* wall, const Clock* boot, DeciderOptions options);

  // The answer, if it is at hand without waiting for anybody.
  std::optional<Answer> DecideAtOnce(const RegistryAddress& registry,
                                     const Evidence& evidence);

  // What Decide() would answer if the PDP were away, without asking anybody.
  // nullopt: the policy held may not decide.
  std::optional<Answer> Foresee(const RegistryAddress& registry,
                                const Evidence& evidence);

  // As DecideAtOnce, else asks. An error is a refusal whose message tells a
  // person why nobody could decide.
  absl::StatusOr<Answer> Decide(const RegistryAddress& registry,
                                const Evidence& evidence);

  // As Decide, with the explanation; uses no cached decision and caches none.
  absl::StatusOr<Answer> Explain(const RegistryAddress& registry,
                                 const Evidence& evidence);

 private:
  // By the policy held. Unavailable: there is none, it is out of date, or the
  // lease is over.
  absl::StatusOr<Answer> DecideByPolicyHeld(const PdpQuestion& question);

  // Asks the PDP once. nullopt: the answer was out of date on arrival.
  absl::StatusOr<std::optional<Answer>> Ask(const PdpQuestion& question);
  // Asks, and when the PDP is away decides.
  absl::StatusOr<Answer> AskOrDecide(const PdpQuestion& question);

  // The policy with the anchors that a permit names. Null: it is out of date.
  // Unavailable: they do not arrive in time. Internal: they contradict.
  absl::StatusOr<std::shared_ptr<const ActivePolicy>> AnchorsFor(
      const IssuedDecision& issued);

  void Remember(const PdpQuestion& question, const Answer& answer);
  std::string NextDecisionId();

  const VchId vch_;
  PdpClient* const pdp_;
  DecisionCache* const cache_;
  PolicyHolder* const holder_;
  const Clock* const wall_;
  const Clock* const boot_;
  const DeciderOptions options_;
  const std::string instance_;  // of this run, in the ids of its decisions
  std::atomic<uint64_t> decisions_{0};
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_DECIDER_H_
