// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_LOOKUP_CACHE_H_
#define PULLGATE_COMMON_DNS_LOOKUP_CACHE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"

namespace pullgate {

struct LookupCacheOptions {
  // What a reply's TTL is raised and lowered to.
  absl::Duration min_ttl = absl::Seconds(1);
  absl::Duration max_ttl = absl::Minutes(5);
  // Beyond it the least recently used entry goes. At least one.
  size_t max_entries = 10'000;
};

// Counted since the start.
struct LookupCacheStats {
  uint64_t hits = 0;
  uint64_t misses = 0;  // look-ups made
  uint64_t shared = 0;  // waited for somebody else's look-up
};

// Answers by key, each until its TTL, and at most one look-up of a key at a
// time: whoever asks meanwhile waits for it. Errors are handed to those who
// waited and never kept.
//
// `Value` has a member `ttl`; what Get() gives says how much of it is left. An
// entry is also stale when the clock was turned back to before it was made,
// so that a jump of the machine's time cannot prolong it.
//
// Thread-safe; does not hold its lock while looking up.
template <typename Key, typename Value>
class LookupCache {
 public:
  // `clock` is not owned and outlives this.
  LookupCache(const Clock* clock, const LookupCacheOptions& options)
      : clock_(clock), options_(options) {}

  // `look_up` returns by `deadline` itself. One who waits leaves at his own
  // deadline with DeadlineExceeded, and looks up himself if the one he waited
  // for ran out of time first. A deadline that has come already gets what is
  // cached; no look-up begins.
  absl::StatusOr<Value> Get(const Key& key, absl::Time deadline,
                            absl::FunctionRef<absl::StatusOr<Value>()> look_up)
      ABSL_LOCKS_EXCLUDED(mu_) {
    std::shared_ptr<Flight> mine;
    {
      MutexLock lock(&mu_);
      while (true) {
        if (std::optional<Value> value = Find(key); value.has_value()) {
          ++stats_.hits;
          return *std::move(value);
        }
        const auto flying = flights_.find(key);
        if (flying == flights_.end()) {
          if (deadline <= clock_->Now()) return TooLate();
          break;
        }
        ++stats_.shared;
        const std::shared_ptr<Flight> flight = flying->second;
        if (!AwaitLanding(*flight, deadline)) return TooLate();
        if (!absl::IsDeadlineExceeded(flight->result->status())) {
          return Copy(*flight->result);
        }
      }
      ++stats_.misses;
      mine = std::make_shared<Flight>();
      flights_.emplace(key, mine);
    }
    absl::StatusOr<Value> result = look_up();
    return Land(key, *mine, std::move(result));
  }

  // One result for number `index` of the keys that were to be looked up.
  using OnFound = absl::FunctionRef<void(size_t index, absl::StatusOr<Value>)>;

  // The same for each key, in order; what is neither cached nor on its way is
  // looked up together. `look_up_all` calls `on_found` once for each key, as
  // results come: each is there for everybody from then on.
  std::vector<absl::StatusOr<Value>> GetAll(
      const std::vector<Key>& keys, absl::Time deadline,
      absl::FunctionRef<void(const std::vector<Key>&, OnFound)> look_up_all)
      ABSL_LOCKS_EXCLUDED(mu_) {
    std::vector<Key> missing;
    std::vector<std::shared_ptr<Flight>> mine;
    {
      MutexLock lock(&mu_);
      for (const Key& key : keys) {
        if (deadline <= clock_->Now()) break;
        if (flights_.contains(key) || Find(key).has_value()) continue;
        ++stats_.misses;
        missing.push_back(key);
        mine.push_back(std::make_shared<Flight>());
        flights_.emplace(key, mine.back());
      }
    }
    absl::flat_hash_map<Key, absl::StatusOr<Value>> looked_up;
    if (!missing.empty()) {
      look_up_all(missing, [&](size_t i, absl::StatusOr<Value> result) {
        looked_up.emplace(missing[i],
                          Land(missing[i], *mine[i], std::move(result)));
      });
    }
    // Only now, with nothing left that others wait for.
    std::vector<absl::StatusOr<Value>> all;
    all.reserve(keys.size());
    for (const Key& key : keys) {
      const auto found = looked_up.find(key);
      all.push_back(found != looked_up.end() ? found->second
                                             : Get(key, deadline, [&] {
                                                 return One(key, look_up_all);
                                               }));
    }
    return all;
  }

  // Entries held, stale ones included.
  size_t size() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return entries_.size();
  }
  LookupCacheStats stats() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return stats_;
  }

 private:
  struct Entry {
    Key key;
    Value value;
    absl::Time made;
    absl::Time expires;
  };
  using Entries = std::list<Entry>;

  // A look-up on its way.
  struct Flight {
    CondVar landed;
    std::optional<absl::StatusOr<Value>> result;  // guarded by mu_
  };

  static absl::StatusOr<Value> One(
      const Key& key,
      absl::FunctionRef<void(const std::vector<Key>&, OnFound)> look_up_all) {
    absl::StatusOr<Value> one = absl::InternalError("not looked up");
    look_up_all({key}, [&](size_t, absl::StatusOr<Value> result) {
      one = std::move(result);
    });
    return one;
  }

  static absl::Status TooLate() {
    return absl::DeadlineExceededError(
        "DNS did not answer in time, and nothing is cached");
  }

  // An error that shares nothing with the original: it goes to other threads,
  // and ThreadSanitizer does not see how the library counts references.
  static absl::StatusOr<Value> Copy(const absl::StatusOr<Value>& result) {
    if (result.ok()) return result;
    return absl::Status(result.status().code(), result.status().message());
  }

  bool AwaitLanding(Flight& flight, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    bool in_time = true;
    while (!flight.result.has_value() && in_time) {
      in_time = flight.landed.WaitUntil(&mu_, deadline);
    }
    return flight.result.has_value();
  }

  std::optional<Value> Find(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    const Entry& entry = *found->second;
    const absl::Time now = clock_->Now();
    if (now < entry.made || now >= entry.expires) {
      entries_.erase(found->second);
      index_.erase(found);
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    Value value = entry.value;
    value.ttl = entry.expires - now;
    return value;
  }

  absl::StatusOr<Value> Land(const Key& key, Flight& flight,
                             absl::StatusOr<Value> result)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (result.ok()) {
      result->ttl =
          std::min(std::max(result->ttl, options_.min_ttl), options_.max_ttl);
      Put(key, *result);
    }
    flights_.erase(key);
    flight.result = Copy(result);
    flight.landed.NotifyAll();
    return result;
  }

  void Put(const Key& key, const Value& value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (entries_.size() >= std::max<size_t>(1, options_.max_entries)) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    const absl::Time now = clock_->Now();
    entries_.push_front({key, value, now, now + value.ttl});
    index_[key] = entries_.begin();
  }

  const Clock* const clock_;
  const LookupCacheOptions options_;
  mutable Mutex mu_;
  Entries entries_ ABSL_GUARDED_BY(mu_);  // most recently used first
  absl::flat_hash_map<Key, typename Entries::iterator> index_
      ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<Key, std::shared_ptr<Flight>> flights_
      ABSL_GUARDED_BY(mu_);
  LookupCacheStats stats_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_LOOKUP_CACHE_H_
