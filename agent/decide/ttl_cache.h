// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_TTL_CACHE_H_
#define PULLGATE_AGENT_DECIDE_TTL_CACHE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// At most `capacity` values, each until its own end; the one that was not used
// for longest makes room. `Hash` and `Eq` may be transparent, so that a look-up
// need not build a Key. Values are copied out: make them cheap to copy.
//
// Thread-safe.
template <typename Key, typename Value, typename Hash, typename Eq>
class TtlCache {
 public:
  // `clock` is not owned and outlives this.
  TtlCache(const Clock* clock, size_t capacity)
      : clock_(clock), capacity_(capacity) {}

  // The value, if its end has not come.
  template <typename AnyKey>
  std::optional<Value> Find(const AnyKey& key) ABSL_LOCKS_EXCLUDED(mu_) {
    const absl::Time now = clock_->Now();
    MutexLock lock(&mu_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    const auto entry = found->second;
    if (now >= entry->expires) {
      index_.erase(found);
      entries_.erase(entry);
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->value;
  }

  // Keeps `value` until `expires`, instead of what was kept for `key`.
  void Put(const Key& key, Value value, absl::Time expires)
      ABSL_LOCKS_EXCLUDED(mu_) {
    if (capacity_ == 0 || expires <= clock_->Now()) return;
    MutexLock lock(&mu_);
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.erase(found->second);
      index_.erase(found);
    } else if (entries_.size() >= capacity_) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front({key, std::move(value), expires});
    index_.emplace(key, entries_.begin());
  }

  void Clear() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    index_.clear();
    entries_.clear();
  }

  // Counts what is kept, though its end may have come.
  size_t size() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return entries_.size();
  }

 private:
  struct Entry {
    Key key;
    Value value;
    absl::Time expires;
  };
  using Entries = std::list<Entry>;

  const Clock* const clock_;
  const size_t capacity_;
  mutable Mutex mu_;
  Entries entries_ ABSL_GUARDED_BY(mu_);  // most recently used first
  absl::flat_hash_map<Key, typename Entries::iterator, Hash, Eq> index_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_TTL_CACHE_H_
