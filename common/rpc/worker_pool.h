// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_WORKER_POOL_H_
#define PULLGATE_COMMON_RPC_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Threads for work that may wait, which gRPC's own threads must not, behind a
// queue that does not grow without bound. Thread-safe.
//
// Order of shutdown: the server (no new calls), this pool (their work ends),
// then what the work uses.
class WorkerPool {
 public:
  // At most `threads`, at least one, each started when there is work for it;
  // at most `max_queued` tasks wait for one.
  WorkerPool(int threads, size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `task` soon. ResourceExhausted, reason "OVERLOADED": the queue is
  // full; Unavailable, reason "SHUTTING_DOWN": after Shutdown(). Then the task
  // is dropped without having run. Tasks must not throw.
  absl::Status Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes no more tasks, runs those that wait, and returns when the last one
  // has ended. Idempotent; not from a task.
  void Shutdown() ABSL_LOCKS_EXCLUDED(mu_);

  // Tasks that wait for a thread: a measure of load.
  size_t queued() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mu_);

  const size_t max_threads_;
  const size_t max_queued_;
  mutable Mutex mu_;
  CondVar changed_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mu_);
  size_t idle_ ABSL_GUARDED_BY(mu_) = 0;  // threads that wait for a task
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_WORKER_POOL_H_
