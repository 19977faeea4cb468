// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_POLICY_POLICY_CACHE_H_
#define PULLGATE_PDP_POLICY_POLICY_CACHE_H_

#include <list>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "common/identity/vch_id.h"
#include "pdp/policy/policy_in_force.h"

namespace pullgate::pdp {

// Compiled policies of the VCHs that were asked about last. Not thread-safe:
// its owner locks.
//
// Bounded by entries and by their weight together; the newest entry always
// stays, whatever it weighs.
class PolicyCache {
 public:
  PolicyCache(size_t max_entries, size_t max_weight);

  // Null if it is not here.
  std::shared_ptr<const PolicyInForce> Find(const VchId& vch);
  // Replaces what was there.
  void Put(const VchId& vch, std::shared_ptr<const PolicyInForce> policy);
  void Erase(const VchId& vch);
  void Clear();

  size_t size() const { return index_.size(); }

 private:
  struct Entry {
    VchId vch;
    std::shared_ptr<const PolicyInForce> policy;
    size_t weight;
  };

  const size_t max_entries_;
  const size_t max_weight_;
  size_t weight_ = 0;
  std::list<Entry> entries_;  // used last first
  absl::flat_hash_map<VchId, std::list<Entry>::iterator> index_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_POLICY_POLICY_CACHE_H_
