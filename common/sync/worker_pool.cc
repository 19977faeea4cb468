// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/worker_pool.h"

#include <algorithm>
#include <utility>

namespace pullgate {

WorkerPool::WorkerPool(int max_threads, int max_waiting)
    : max_threads_(static_cast<size_t>(std::max(max_threads, 1))),
      max_waiting_(static_cast<size_t>(std::max(max_waiting, 1))) {}

WorkerPool::~WorkerPool() { Close(); }

bool WorkerPool::TryPost(std::function<void()> task) {
  MutexLock lock(&mu_);
  if (closed_ || waiting_.size() >= max_waiting_) return false;
  waiting_.push_back(std::move(task));
  if (idle_ < waiting_.size() && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { Run(); });
  }
  changed_.NotifyOne();
  return true;
}

void WorkerPool::Close() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mu_);
    closed_ = true;
    threads.swap(threads_);
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::Run() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(&mu_);
      ++idle_;
      while (waiting_.empty() && !closed_) changed_.Wait(&mu_);
      --idle_;
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace pullgate
