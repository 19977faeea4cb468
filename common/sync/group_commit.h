// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_
#define PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/types/span.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Lets threads that come with work at the same time share one expensive step,
// a transaction say.
//
// There is no thread of its own: the first to come does the step for itself,
// without a hand-over; whoever comes meanwhile waits, and the first of those
// does the next step for all of them. So a lone caller pays nothing, and many
// callers make large groups. Who must not wait uses CommitThread. Thread-safe.
template <typename Item>
class GroupCommit {
 public:
  // Called with 1 to `max_group` items in the order they came, never by two
  // threads at once. Leaves each item's outcome in the item.
  using Commit = std::function<void(absl::Span<Item* const>)>;

  GroupCommit(size_t max_group, Commit commit)
      : max_group_(max_group), commit_(std::move(commit)) {}
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Returns when `item` went through one call of Commit.
  void Run(Item* item) ABSL_LOCKS_EXCLUDED(mu_) {
    Waiter self(item);
    if (!AwaitTurn(&self)) return;
    const std::vector<Waiter*> group = TakeGroup();
    std::vector<Item*> items;
    items.reserve(group.size());
    for (const Waiter* waiter : group) items.push_back(waiter->item);
    commit_(items);
    Release(&self, group);
  }

  // Callers that wait for their turn, at this moment.
  size_t waiting() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return waiting_.size();
  }

 private:
  enum class State { kWaiting, kLeading, kDone };

  // On the stack of a thread inside Run(). All but `item` is guarded by mu_.
  struct Waiter {
    explicit Waiter(Item* item) : item(item) {}

    Item* const item;
    State state = State::kWaiting;
    CondVar changed;
  };

  // True: `self` leads the next group. False: another leader took it along.
  bool AwaitTurn(Waiter* self) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    waiting_.push_back(self);
    if (!led_) {
      led_ = true;
      self->state = State::kLeading;
    }
    while (self->state == State::kWaiting) self->changed.Wait(&mu_);
    return self->state == State::kLeading;
  }

  // The leader is the first of them: nobody is served before an earlier comer.
  std::vector<Waiter*> TakeGroup() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    const size_t size = std::min(max_group_, waiting_.size());
    std::vector<Waiter*> group(waiting_.begin(), waiting_.begin() + size);
    waiting_.erase(waiting_.begin(), waiting_.begin() + size);
    return group;
  }

  void Release(const Waiter* self, const std::vector<Waiter*>& group)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    led_ = !waiting_.empty();
    if (led_) Wake(waiting_.front(), State::kLeading);
    for (Waiter* waiter : group) {
      if (waiter != self) Wake(waiter, State::kDone);
    }
  }

  void Wake(Waiter* waiter, State state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    waiter->state = state;
    waiter->changed.NotifyOne();
  }

  const size_t max_group_;
  const Commit commit_;

  mutable Mutex mu_;
  bool led_ ABSL_GUARDED_BY(mu_) = false;  // some thread leads, or was told to
  std::deque<Waiter*> waiting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_
