// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_
#define PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Lets threads that come with work at the same time share one expensive step,
// a transaction say.
//
// There is no thread of its own: the first to come does the step for itself,
// without a hand-over; whoever comes meanwhile waits, and the first of those
// does the next step for all of them. So a lone caller pays nothing, and many
// callers make large groups. Who must not wait leaves a function to be called
// instead. Thread-safe.
template <typename Item>
class GroupCommit {
 public:
  // Called with 1 to `max_group` items in the order they came, never by two
  // threads at once. Leaves each item's outcome in the item.
  using Commit = std::function<void(absl::Span<Item* const>)>;
  // Gives an item of Start() back.
  using Done = std::function<void(std::unique_ptr<Item>)>;

  // `gather`: while callers of Start() come so fast that they meet, how long a
  // leader lets a group grow before its step. Worth it for a step that costs
  // about as much; a lone caller never waits for others.
  GroupCommit(size_t max_group, Commit commit,
              absl::Duration gather = absl::ZeroDuration())
      : max_group_(max_group), commit_(std::move(commit)), gather_(gather) {}
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Returns when `item` went through one call of Commit.
  void Run(Item* item) ABSL_LOCKS_EXCLUDED(mu_) {
    Waiter self(item);
    if (AwaitTurn(&self)) Lead();
  }

  // Has `item` go through one call of Commit, and then calls `done`, with no
  // lock held. If nobody leads, all of this on the calling thread, which also
  // leads the groups of those who come meanwhile in the same way; else on the
  // leader's. `done` is quick, and does not call Run() or Start().
  void Start(std::unique_ptr<Item> item, Done done) ABSL_LOCKS_EXCLUDED(mu_) {
    auto waiter = std::make_unique<Waiter>(item.get());
    waiter->owned = std::move(item);
    waiter->done = std::move(done);
    {
      MutexLock lock(&mu_);
      waiting_.push_back(waiter.release());  // Release() takes it back
      if (waiting_.size() >= max_group_) full_.NotifyAll();
      if (led_) {
        busy_ = kBusyGroups;
        return;
      }
      led_ = true;
    }
    Lead();
  }

  // Callers that wait for their turn, at this moment.
  size_t waiting() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return waiting_.size();
  }

 private:
  // For how many groups callers that met once are expected to meet again.
  static constexpr int kBusyGroups = 16;
  static constexpr int kGatherSteps = 4;

  enum class State { kWaiting, kLeading, kDone };

  // On the stack of a thread inside Run(), or of Start(). What changes is
  // guarded by mu_.
  struct Waiter {
    explicit Waiter(Item* item) : item(item) {}

    Item* const item;
    State state = State::kWaiting;
    CondVar changed;
    // Of Start() only.
    std::unique_ptr<Item> owned;
    Done done;
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

  // Does one group, and more as long as nobody waits who could lead the next.
  void Lead() ABSL_LOCKS_EXCLUDED(mu_) {
    bool again = true;
    while (again) {
      Gather();
      const std::vector<Waiter*> group = TakeGroup();
      std::vector<Item*> items;
      items.reserve(group.size());
      for (const Waiter* waiter : group) items.push_back(waiter->item);
      commit_(items);
      std::vector<std::unique_ptr<Waiter>> started;
      again = Release(group, started);
      for (const std::unique_ptr<Waiter>& waiter : started) {
        waiter->done(std::move(waiter->owned));
      }
    }
  }

  // The leader is the first of them: nobody is served before an earlier comer.
  std::vector<Waiter*> TakeGroup() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    const size_t size = std::min(max_group_, waiting_.size());
    std::vector<Waiter*> group(waiting_.begin(), waiting_.begin() + size);
    waiting_.erase(waiting_.begin(), waiting_.begin() + size);
    return group;
  }

  // Lets the next group grow while callers meet: step by step, as long as each
  // step brings more.
  void Gather() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (busy_ == 0) return;
    absl::Duration left = gather_;
    size_t seen = 0;
    while (left > absl::ZeroDuration() && waiting_.size() > seen &&
           waiting_.size() < max_group_) {
      seen = waiting_.size();
      const absl::Duration step = std::min(left, gather_ / kGatherSteps);
      full_.WaitFor(&mu_, step);
      left -= step;
    }
    // Not worth it any more if nobody came.
    busy_ = waiting_.size() > 1 ? kBusyGroups : busy_ - 1;
  }

  // Lets go of a group, and takes back those of Start(). True: the next group
  // has to be led by this thread too.
  bool Release(const std::vector<Waiter*>& group,
               std::vector<std::unique_ptr<Waiter>>& started)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    led_ = !waiting_.empty();
    const bool waits = led_ && waiting_.front()->owned == nullptr;
    if (waits) Wake(waiting_.front(), State::kLeading);
    for (Waiter* waiter : group) {
      if (waiter->owned != nullptr) {
        started.emplace_back(waiter);
      } else if (waiter->state == State::kWaiting) {
        Wake(waiter, State::kDone);
      }
    }
    return led_ && !waits;
  }

  void Wake(Waiter* waiter, State state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    waiter->state = state;
    waiter->changed.NotifyOne();
  }

  const size_t max_group_;
  const Commit commit_;
  const absl::Duration gather_;

  mutable Mutex mu_;
  CondVar full_;
  int busy_ ABSL_GUARDED_BY(mu_) = 0;      // groups to gather for, yet
  bool led_ ABSL_GUARDED_BY(mu_) = false;  // some thread leads, or was told to
  std::deque<Waiter*> waiting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_GROUP_COMMIT_H_
