// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_THREADS_H_
#define PULLGATE_TESTS_SUPPORT_THREADS_H_

#include <thread>
#include <utility>
#include <vector>

namespace pullgate {

// Threads that end before the scope does.
class Threads {
 public:
  Threads() = default;
  ~Threads() { Join(); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  template <typename Function>
  void Start(Function function) {
    threads_.emplace_back(std::move(function));
  }

  // Waits until all started so far have returned.
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_THREADS_H_
