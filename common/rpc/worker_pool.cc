// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/worker_pool.h"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate {

WorkerPool::WorkerPool(int threads, size_t max_queued)
    : max_threads_(static_cast<size_t>(std::max(threads, 1))),
      max_queued_(max_queued) {}

WorkerPool::~WorkerPool() { Shutdown(); }

absl::Status WorkerPool::Post(std::function<void()> task) {
  MutexLock lock(&mu_);
  if (stopping_) {
    return WithReason(absl::UnavailableError("the process is shutting down"),
                      "SHUTTING_DOWN");
  }
  if (queue_.size() >= max_queued_) {
    return WithReason(
        absl::ResourceExhaustedError(absl::StrCat(
            max_queued_, " calls are waiting already; try again later")),
        "OVERLOADED");
  }
  queue_.push_back(std::move(task));
  if (idle_ < queue_.size() && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { Work(); });
  }
  changed_.NotifyOne();
  return absl::OkStatus();
}

void WorkerPool::Shutdown() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    threads.swap(threads_);
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads) thread.join();
}

size_t WorkerPool::queued() const {
  MutexLock lock(&mu_);
  return queue_.size();
}

void WorkerPool::Work() {
  for (;;) {
    std::function<void()> task;
    {
      MutexLock lock(&mu_);
      ++idle_;
      while (queue_.empty() && !stopping_) changed_.Wait(&mu_);
      --idle_;
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace pullgate
