// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/policy/policy_cache.h"

#include <utility>

namespace pullgate::pdp {
namespace {

// What an entry costs besides its rules, in rules.
constexpr size_t kEntryWeight = 16;

}  // namespace

PolicyCache::PolicyCache(size_t max_entries, size_t max_weight)
    : max_entries_(max_entries), max_weight_(max_weight) {}

std::shared_ptr<const PolicyInForce> PolicyCache::Find(const VchId& vch) {
  const auto found = index_.find(vch);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->policy;
}

void PolicyCache::Put(const VchId& vch,
                      std::shared_ptr<const PolicyInForce> policy) {
  Erase(vch);
  const size_t weight = policy->weight() + kEntryWeight;
  entries_.push_front({vch, std::move(policy), weight});
  index_.emplace(vch, entries_.begin());
  weight_ += weight;
  while (entries_.size() > 1 &&
         (entries_.size() > max_entries_ || weight_ > max_weight_)) {
    Erase(VchId(entries_.back().vch));
  }
}

void PolicyCache::Erase(const VchId& vch) {
  const auto found = index_.find(vch);
  if (found == index_.end()) return;
  weight_ -= found->second->weight;
  entries_.erase(found->second);
  index_.erase(found);
}

void PolicyCache::Clear() {
  index_.clear();
  entries_.clear();
  weight_ = 0;
}

}  // namespace pullgate::pdp
