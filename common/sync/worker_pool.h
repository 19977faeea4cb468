// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SYNC_WORKER_POOL_H_
#define PULLGATE_COMMON_SYNC_WORKER_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Threads for work that waits: for a disk, for DNS. gRPC's own threads are few
// and must not wait.
//
// Bounded twice: so many threads, so many tasks waiting for one. Threads are
// started when there is work for them and stay until Close(). Thread-safe.
// Tasks run in the order of their acceptance, as far as several threads allow.
class WorkerPool {
 public:
  // Both at least 1.
  WorkerPool(int max_threads, int max_waiting);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Closes.
  ~WorkerPool();

  // True: `task` will run, whatever happens. False: `max_waiting` tasks wait
  // already, or the pool is closed, and `task` will not run: the caller has to
  // refuse.
  [[nodiscard]] bool TryPost(std::function<void()> task)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Accepts nothing more, runs what was accepted, and ends the threads. Not to
  // be called from a task. May be called again.
  void Close() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);

  const size_t max_threads_;
  const size_t max_waiting_;

  Mutex mu_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  size_t idle_ ABSL_GUARDED_BY(mu_) = 0;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mu_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_WORKER_POOL_H_
