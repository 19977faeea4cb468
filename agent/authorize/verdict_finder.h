// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "agent/authorize/decision_desk.h"
#include "agent/authorize/verdict.h"
#include "agent/authorize/verdict_cache.h"
#include "agent/decide/decider.h"
#include "agent/decide/policy_holder.h"
#include "agent/verify/registry_verifier.h"
#include "common/dns/host_resolver.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"

namespace pullgate::agent {

struct VerdictFinderOptions {
  // For the evidence of one question.
  absl::Duration dns_timeout = absl::Seconds(2);
  // For one verification, all its routes and addresses together.
  absl::Duration verify_timeout = absl::Seconds(15);
  // How many registries may be proved at once while the PDP still decides about
  // them, each of which takes a thread more; 0: the PDP's answer is awaited
  // first, always.
  int early_proofs = 0;
};

// A verification, and when it began, by the boot clock.
struct TimedVerification {
  std::shared_ptr<const Verification> verification;
  absl::Time started;
};

// What has to answer for a verdict to permit.
enum class Expect : uint8_t {
  kRegistry,  // a registry
  kHttp,      // anything that speaks HTTP: VerifyRequest::any_http_answer
};

// Comes from a question to a verdict: evidence, decision, proof. Refuses what
// it cannot decide or prove.
//
// While the PDP decides, the registry is proved already, if the policy held
// permits it by verified HTTPS at pinned addresses, and may decide so itself
// should the PDP not answer: looking at a certificate is less than that. The
// proof counts if the PDP then says the very same, by the same revision and
// trust anchors; else it is broken off, and nobody hears of it
// (docs/adr/2026-11-24-prove-while-the-pdp-decides.md).
//
// Thread-safe. Nothing is owned; all outlives this. `dns` should cache; `wall`
// tells deadlines, `boot`, a boot clock, how long a verdict is good.
class VerdictFinder {
 public:
  VerdictFinder(HostResolver* dns, Decider* decider, PolicyHolder* holder,
                RegistryVerifier* verifier, VerdictCache* cache,
                const Clock* wall, const Clock* boot,
                VerdictFinderOptions options);

  // The verdict, if evidence, decision and proof are all at hand. Waits for
  // nobody.
  std::optional<Verdict> FindAtOnce(const RegistryAddress& registry,
                                    Expect expect = Expect::kRegistry);

  // Waits for DNS, the PDP and the registry as it must, each with its own time
  // limit. A policy that changes on the way starts it anew. `left_open` as in
  // VerifyRequest.
  Verdict Find(const RegistryAddress& registry,
               Expect expect = Expect::kRegistry,
               std::shared_ptr<void>* left_open = nullptr);

  // As Find, with the explanation, every route and address tried; uses no
  // cached decision or proof and caches none.
  Verdict Probe(const RegistryAddress& registry);

 private:
  enum class How { kFind, kFindHttp, kProbe };

  // What is to be found.
  struct Search {
    How how;
    const RegistryAddress& registry;
    std::shared_ptr<void>* left_open;  // may be null
  };
  // A proof that is likely to be needed, and what came of it.
  struct EarlyProof {
    VerdictKey key;  // good for a decision with it, and for no other
    VerifyRequest request;
    TimedVerification made = {};
  };

  Verdict FindBy(const Search& search);
  // One pass. nullopt: something changed on the way; look again.
  std::optional<Verdict> TryOnce(const Search& search, bool last_try);
  // What the decision is likely to need proved. nullopt: that cannot be told,
  // or it need not or must not be proved before.
  std::optional<EarlyProof> Foresee(const Search& search,
                                    const Evidence& evidence);
  // The decision. Makes the proof meanwhile, if there is one to make; breaks it
  // off if the decision is another, and drops it if it could not be begun.
  absl::StatusOr<Answer> Decide(const Search& search, const Evidence& evidence,
                                std::optional<EarlyProof>& early);
  // Whether the verdict still holds after the time that the proof took.
  bool IsOutOfDate(const Verdict& verdict) const;
  // `early`: what was made meanwhile, for this answer or for another.
  void Prove(const Search& search, const Answer& answer,
             std::optional<EarlyProof> early, Verdict& verdict);
  // With a permit: what a proof of it is good for.
  static VerdictKeyView KeyOf(const Search& search, const Answer& answer);
  static VerifyRequest RequestFor(const Search& search, const Answer& answer);
  TimedVerification Verify(const VerifyRequest& request);

  HostResolver* const dns_;
  Decider* const decider_;
  PolicyHolder* const holder_;
  RegistryVerifier* const verifier_;
  VerdictCache* const cache_;
  const Clock* const wall_;
  const Clock* const boot_;
  const VerdictFinderOptions options_;
  DecisionDesk desk_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_
