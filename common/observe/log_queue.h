// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_LOG_QUEUE_H_
#define PULLGATE_COMMON_OBSERVE_LOG_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Makes log lines on a thread of its own, in the order of their entries:
// whoever gives an entry does not wait for its line, which appears within a few
// milliseconds. Bounded: entries that come faster than lines can be made are
// counted instead. Thread-safe.
template <typename Entry>
class LogQueue {
 public:
  // Each is called on the thread of the queue, without a lock held. `missing`
  // is told how many entries have no line since it was last told.
  using Write = std::function<void(const Entry&)>;
  using Missing = std::function<void(uint64_t)>;

  LogQueue(size_t max_waiting, Write write, Missing missing)
      : max_waiting_(max_waiting),
        write_(std::move(write)),
        tell_missing_(std::move(missing)),
        thread_([this] { Work(); }) {}

  // Writes what waits.
  ~LogQueue() {
    {
      MutexLock lock(&mu_);
      stopping_ = true;
      first_.NotifyAll();
      stop_.NotifyAll();
    }
    thread_.join();
  }

  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  void Add(Entry entry) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (waiting_.size() >= max_waiting_) {
      ++missing_;
      return;
    }
    waiting_.push_back(std::move(entry));
    if (waiting_.size() == 1) first_.NotifyAll();
  }

 private:
  // How long an entry may wait for others: the thread is not woken for each.
  static constexpr absl::Duration kLinger = absl::Milliseconds(5);

  void Work() ABSL_LOCKS_EXCLUDED(mu_) {
    std::vector<Entry> entries;
    while (Take(entries)) {
      for (const Entry& entry : entries) write_(entry);
      entries.clear();
    }
  }

  // Waits for entries and moves them into `entries`, which is empty. False:
  // stopping, and there are none.
  bool Take(std::vector<Entry>& entries) ABSL_LOCKS_EXCLUDED(mu_) {
    uint64_t missing = 0;
    {
      MutexLock lock(&mu_);
      while (waiting_.empty() && !stopping_) first_.Wait(&mu_);
      if (!stopping_) stop_.WaitFor(&mu_, kLinger);
      entries.swap(waiting_);
      std::swap(missing, missing_);
    }
    if (missing > 0) tell_missing_(missing);
    return !entries.empty();
  }

  const size_t max_waiting_;
  const Write write_;
  const Missing tell_missing_;

  Mutex mu_;
  CondVar first_;  // an entry came, and there was none
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t missing_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Entry> waiting_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;  // last: runs with everything above in place
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_LOG_QUEUE_H_
