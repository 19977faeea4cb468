// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUTHORIZE_VERDICT_CACHE_H_
#define PULLGATE_AGENT_AUTHORIZE_VERDICT_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/decide/ttl_cache.h"
#include "agent/verify/registry_verifier.h"
#include "common/policy/decision.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Everything that shaped a verification: whose certificate was expected, where
// it was looked for and how strictly, and who could vouch. Scopes of CAs follow
// from the revision and what was asked.
struct VerdictKey {
  RegistryAddress asked;
  std::vector<Route> routes;
  // ActivePolicy::trust_id.
  std::string trust_id;
  int64_t policy_revision;
  // VerifyRequest::any_http_answer.
  bool any_http_answer = false;
};

// A look-up that copies nothing.
struct VerdictKeyView {
  VerdictKeyView(const RegistryAddress& asked, const std::vector<Route>& routes,
                 absl::string_view trust_id, int64_t policy_revision,
                 bool any_http_answer)
      : asked(asked),
        routes(routes),
        trust_id(trust_id),
        policy_revision(policy_revision),
        any_http_answer(any_http_answer) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a key is seen as its view.
  VerdictKeyView(const VerdictKey& key)
      : VerdictKeyView(key.asked, key.routes, key.trust_id, key.policy_revision,
                       key.any_http_answer) {}

  friend bool operator==(const VerdictKeyView& a, const VerdictKeyView& b);

  template <typename H>
  friend H AbslHashValue(H h, const VerdictKeyView& key) {
    // Routes follow from these and the evidence: their addresses tell enough.
    for (const Route& route : key.routes) {
      h = H::combine(std::move(h), route.port, route.addresses);
    }
    return H::combine(std::move(h), key.asked, key.trust_id,
                      key.policy_revision, key.any_http_answer);
  }

  const RegistryAddress& asked;
  const std::vector<Route>& routes;
  absl::string_view trust_id;
  int64_t policy_revision;
  bool any_http_answer;
};

struct VerdictKeyHash {
  using is_transparent = void;
  size_t operator()(const VerdictKeyView& key) const {
    return absl::Hash<VerdictKeyView>()(key);
  }
};

struct VerdictKeyEq {
  using is_transparent = void;
  bool operator()(const VerdictKeyView& a, const VerdictKeyView& b) const {
    return a == b;
  }
};

struct ProvedRegistry {
  std::shared_ptr<const Verification> verification;  // with a usable route
  absl::Time expires;                                // by the cache's clock
};

// Registries proved a short while ago. Failures are not kept: whoever repairs a
// registry, or its certificate, need not wait.
//
// Thread-safe.
class VerdictCache {
 public:
  // `clock` is not owned and outlives this.
  VerdictCache(const Clock* clock, size_t capacity, absl::Duration ttl)
      : ttl_(ttl), cache_(clock, capacity) {}

  std::optional<ProvedRegistry> Find(const VerdictKeyView& key) {
    return cache_.Find(key);
  }

  // Keeps a verification that began at `started`, if it found a usable route.
  void Put(const VerdictKey& key,
           std::shared_ptr<const Verification> verification,
           absl::Time started);

  // Until when a verification that began at `started` is good.
  absl::Time ExpiryOf(absl::Time started) const { return started + ttl_; }

  size_t size() const { return cache_.size(); }

 private:
  const absl::Duration ttl_;
  TtlCache<VerdictKey, ProvedRegistry, VerdictKeyHash, VerdictKeyEq> cache_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUTHORIZE_VERDICT_CACHE_H_
