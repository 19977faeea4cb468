// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/decision_cache.h"

#include <utility>

namespace pullgate::agent {

std::optional<CachedDecision> DecisionCache::Find(const DecisionKeyView& key) {
  if (!Advance(key.policy_revision)) return std::nullopt;
  return cache_.Find(key);
}

void DecisionCache::Put(const DecisionKey& key, CachedDecision decision) {
  if (!Advance(key.policy_revision)) return;
  const absl::Time expires = decision.expires;
  cache_.Put(key, std::move(decision), expires);
}

bool DecisionCache::Advance(int64_t revision) {
  int64_t seen = revision_.load();
  while (revision > seen) {
    // Only who raises it forgets. An entry of the old revision that slips in
    // after that is never found, since its key names its revision.
    if (revision_.compare_exchange_weak(seen, revision)) {
      cache_.Clear();
      return true;
    }
  }
  return revision == seen;
}

}  // namespace pullgate::agent
