// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "agent/authorize/early_proof.h"
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
  // them; 0: the PDP's answer is awaited first, always.
  int early_proofs = 0;
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
// trust anchors; else nobody hears of it
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
  // limit. A policy that changes on the way starts it anew.
  Verdict Find(const RegistryAddress& registry,
               Expect expect = Expect::kRegistry);

  // As Find, with the explanation, every route and address tried; uses no
  // cached decision or proof and caches none.
  Verdict Probe(const RegistryAddress& registry);

 private:
  enum class How { kFind, kFindHttp, kProbe };

  Verdict FindBy(How how, const RegistryAddress& registry);
  // One pass. nullopt: something changed on the way; look again.
  std::optional<Verdict> TryOnce(How how, const RegistryAddress& registry,
                                 bool last_try);
  // What Decide() is likely to need proved; null if that cannot be told, or
  // need not or must not be proved before.
  std::shared_ptr<EarlyProof> BeginProof(How how,
                                         const RegistryAddress& registry,
                                         const Evidence& evidence);
  // Whether the verdict still holds after the time that the proof took.
  bool IsOutOfDate(const Verdict& verdict) const;
  // `early`: null, or what was begun before the answer was there.
  void Prove(How how, const RegistryAddress& registry, const Answer& answer,
             EarlyProof* early, Verdict& verdict);
  static VerifyRequest RequestFor(How how, const RegistryAddress& registry,
                                  const Answer& answer);
  TimedVerification Verify(const VerifyRequest& request);

  HostResolver* const dns_;
  Decider* const decider_;
  PolicyHolder* const holder_;
  RegistryVerifier* const verifier_;
  VerdictCache* const cache_;
  const Clock* const wall_;
  const Clock* const boot_;
  const VerdictFinderOptions options_;
  EarlyProver prover_;  // last: its threads use the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_FINDER_H_
