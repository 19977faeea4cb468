// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SYNC_COMMIT_THREAD_H_
#define PULLGATE_COMMON_SYNC_COMMIT_THREAD_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/types/span.h"
#include "common/sync/mutex.h"

namespace pullgate {

// A thread that takes one expensive step, a transaction say, for all items that
// came while it took the last one. For callers that must not wait, as callbacks
// of gRPC; those that may wait share GroupCommit. Thread-safe.
//
// The queue is as long as there are items under way: whoever posts bounds them.
template <typename Item>
class CommitThread {
 public:
  // Called on the thread with 1 to `max_group` items in the order they came.
  // Leaves each item's outcome in the item.
  using Commit = std::function<void(absl::Span<const std::unique_ptr<Item>>)>;

  CommitThread(size_t max_group, Commit commit)
      : max_group_(max_group),
        commit_(std::move(commit)),
        thread_([this] { Work(); }) {}

  // What was posted is done first.
  ~CommitThread() {
    {
      MutexLock lock(&mu_);
      stopped_ = true;
    }
    changed_.NotifyOne();
    thread_.join();
  }

  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;

  // `item` goes through one call of Commit, after which it is told so:
  // item->Done(), on the thread, with no lock held.
  void Post(std::unique_ptr<Item> item) ABSL_LOCKS_EXCLUDED(mu_) {
    bool wake = false;
    {
      MutexLock lock(&mu_);
      waiting_.push_back(std::move(item));
      wake = std::exchange(idle_, false);
    }
    if (wake) changed_.NotifyOne();
  }

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mu_) {
    for (auto group = TakeGroup(); !group.empty(); group = TakeGroup()) {
      commit_(group);
      for (const std::unique_ptr<Item>& item : group) item->Done();
    }
  }

  // Empty: there will be no more.
  std::vector<std::unique_ptr<Item>> TakeGroup() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (waiting_.empty() && !stopped_) {
      idle_ = true;
      changed_.Wait(&mu_);
    }
    if (waiting_.size() <= max_group_) return std::exchange(waiting_, {});
    const auto end = waiting_.begin() + static_cast<ptrdiff_t>(max_group_);
    std::vector<std::unique_ptr<Item>> group(
        std::make_move_iterator(waiting_.begin()),
        std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return group;
  }

  const size_t max_group_;
  const Commit commit_;

  Mutex mu_;
  CondVar changed_;
  bool idle_ ABSL_GUARDED_BY(mu_) = false;  // waits, and nobody woke it yet
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::unique_ptr<Item>> waiting_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // last: it uses the others
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_COMMIT_THREAD_H_
