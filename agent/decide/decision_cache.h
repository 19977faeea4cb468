// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_DECISION_CACHE_H_
#define PULLGATE_AGENT_DECIDE_DECISION_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/hash/hash.h"
#include "absl/time/time.h"
#include "agent/decide/issued_decision.h"
#include "agent/decide/ttl_cache.h"
#include "common/identity/vch_id.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Everything that shaped a decision. An input missing from here would hand one
// VCH's permit to another, or outlive the DNS answer or the policy that it came
// from. What a failed look-up failed of is for readers and shapes nothing.
struct DecisionKey {
  VchId vch;
  RegistryAddress registry;
  Evidence evidence;
  int64_t policy_revision;
};

// A look-up that copies nothing.
struct DecisionKeyView {
  DecisionKeyView(const VchId& vch, const RegistryAddress& registry,
                  const Evidence& evidence, int64_t policy_revision)
      : vch(vch),
        registry(registry),
        evidence(evidence),
        policy_revision(policy_revision) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a key is seen as its view.
  DecisionKeyView(const DecisionKey& key)
      : DecisionKeyView(key.vch, key.registry, key.evidence,
                        key.policy_revision) {}

  friend bool operator==(const DecisionKeyView& a, const DecisionKeyView& b) {
    return a.policy_revision == b.policy_revision && a.vch == b.vch &&
           a.registry == b.registry &&
           a.evidence.outcome == b.evidence.outcome &&
           a.evidence.addresses == b.evidence.addresses &&
           a.evidence.names == b.evidence.names &&
           a.evidence.queried_name == b.evidence.queried_name;
  }
  template <typename H>
  friend H AbslHashValue(H h, const DecisionKeyView& key) {
    return H::combine(std::move(h), key.vch, key.registry, key.evidence.outcome,
                      key.evidence.addresses, key.evidence.names,
                      key.evidence.queried_name, key.policy_revision);
  }

  const VchId& vch;
  const RegistryAddress& registry;
  const Evidence& evidence;
  int64_t policy_revision;
};

struct DecisionKeyHash {
  using is_transparent = void;
  size_t operator()(const DecisionKeyView& key) const {
    return absl::Hash<DecisionKeyView>()(key);
  }
};

struct DecisionKeyEq {
  using is_transparent = void;
  bool operator()(const DecisionKeyView& a, const DecisionKeyView& b) const {
    return a == b;
  }
};

struct CachedDecision {
  std::shared_ptr<const IssuedDecision> issued;  // never null
  absl::Time expires;                            // by the cache's clock
};

// Recent decisions of the PDP, each until its own TTL. The first look-up or
// store that names a new policy revision forgets all older ones at once. "Could
// not evaluate" is never kept.
//
// Thread-safe.
class DecisionCache {
 public:
  // `clock` is not owned and outlives this.
  DecisionCache(const Clock* clock, size_t capacity)
      : cache_(clock, capacity) {}

  std::optional<CachedDecision> Find(const DecisionKeyView& key);

  // No-op for a revision that is already out of date.
  void Put(const DecisionKey& key, CachedDecision decision);

  size_t size() const { return cache_.size(); }

 private:
  // Forgets everything if `revision` is new. False if it is an old one.
  bool Advance(int64_t revision);

  TtlCache<DecisionKey, CachedDecision, DecisionKeyHash, DecisionKeyEq> cache_;
  std::atomic<int64_t> revision_{0};  // the highest seen
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_DECISION_CACHE_H_
