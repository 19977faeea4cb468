// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ACTIVE_CALLS_H_
#define PULLGATE_COMMON_DNS_ACTIVE_CALLS_H_

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Counts the calls inside an object, so that its destructor can wait for them:
// look-ups block, and those in flight at shutdown still use the object when
// they wake up. A call that has not begun yet is the caller's business.
//
// Thread-safe.
class ActiveCalls {
 public:
  // One call, from here to the end of the scope. Declare it before anything
  // else that uses the object.
  class Scope {
   public:
    explicit Scope(ActiveCalls* calls) : calls_(calls) { calls_->Enter(); }
    ~Scope() { calls_->Leave(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    ActiveCalls* const calls_;
  };

  // Returns when no call is inside. As long as the longest of them takes.
  void AwaitNone() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (count_ > 0) none_.Wait(&mu_);
  }

 private:
  void Enter() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    ++count_;
  }
  void Leave() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    if (--count_ == 0) none_.NotifyAll();
  }

  Mutex mu_;
  CondVar none_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_ACTIVE_CALLS_H_
