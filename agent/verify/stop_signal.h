// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_STOP_SIGNAL_H_
#define PULLGATE_AGENT_VERIFY_STOP_SIGNAL_H_

#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"

namespace pullgate::agent {

// Tells somebody who works, or waits for a network, that nobody wants what
// comes of it any more. Never taken back. Thread-safe.
class StopSignal {
 public:
  StopSignal() = default;
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Returns when whoever waits has been woken, not when he has stopped.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    stopped_ = true;
    if (wake_ != nullptr) wake_();
  }
  bool stopped() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return stopped_;
  }

  // Somebody who waits, one at a time. Look at stopped() after this is made
  // and before each wait: a signal that was given before wakes nobody.
  class Waiter {
   public:
    // `signal` may be null; else it outlives this. `wake` is called on the
    // thread of Stop(), with a lock held: it must neither wait nor use
    // `signal`.
    Waiter(StopSignal* signal, std::function<void()> wake) : signal_(signal) {
      if (signal_ != nullptr) signal_->SetWake(std::move(wake));
    }
    // From here on `wake` is not called, nor being called.
    ~Waiter() {
      if (signal_ != nullptr) signal_->SetWake(nullptr);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    bool stopped() const { return signal_ != nullptr && signal_->stopped(); }

   private:
    StopSignal* const signal_;
  };

 private:
  void SetWake(std::function<void()> wake) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    wake_ = std::move(wake);
  }

  mutable Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::function<void()> wake_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_STOP_SIGNAL_H_
