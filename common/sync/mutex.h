// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The locks of this project: std::mutex and std::condition_variable behind
// clang's thread-safety annotations.
//
// ThreadSanitizer follows the standard library's locks but not those of the
// distribution's Abseil, which is not instrumented; so our own code locks with
// these. Annotate with Abseil's attributes:
//
//   class Counter {
//    public:
//     void Add() ABSL_LOCKS_EXCLUDED(mu_) {
//       MutexLock lock(&mu_);
//       ++count_;
//       changed_.NotifyAll();
//     }
//
//     // Whether the count gets there within `timeout` of the last change.
//     bool AwaitAtLeast(int count, absl::Duration timeout)
//         ABSL_LOCKS_EXCLUDED(mu_) {
//       MutexLock lock(&mu_);
//       while (count_ < count) {
//         if (!changed_.WaitFor(&mu_, timeout)) return count_ >= count;
//       }
//       return true;
//     }
//
//    private:
//     Mutex mu_;
//     CondVar changed_;
//     int count_ ABSL_GUARDED_BY(mu_) = 0;
//   };

#ifndef PULLGATE_COMMON_SYNC_MUTEX_H_
#define PULLGATE_COMMON_SYNC_MUTEX_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace pullgate {

// Not recursive: a thread that locks twice is stuck.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) {
    return mu_.try_lock();
  }

 private:
  friend class CondVar;

  std::mutex mu_;
};

// Holds `mu` from here to the end of the scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) {
    mu_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_->Unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mu_;
};

// Wakes threads that wait for a change of what a Mutex guards. Waiting gives
// the mutex up and takes it back before returning. Threads may wake for no
// reason: always wait in a loop over the condition.
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

  // Only for a loop that some other thread is bound to end.
  void Wait(Mutex* mu) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> lock(mu->mu_, std::adopt_lock);
    cv_.wait(lock);
    lock.release();  // the caller goes on holding it
  }

  // Returns false once the machine's clock says `deadline`. For deadlines that
  // came from outside, as an RPC's does.
  bool WaitUntil(Mutex* mu, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> lock(mu->mu_, std::adopt_lock);
    const std::cv_status status =
        cv_.wait_until(lock, absl::ToChronoTime(deadline));
    lock.release();  // the caller goes on holding it
    return status == std::cv_status::no_timeout;
  }

  // Returns false once `timeout` has passed; at the latest after a day, which
  // keeps an infinite duration representable. Measured on the steady clock:
  // setting the machine's time neither prolongs nor ends it.
  bool WaitFor(Mutex* mu, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const absl::Duration bounded = std::min(timeout, absl::Hours(24));
    std::unique_lock<std::mutex> lock(mu->mu_, std::adopt_lock);
    const std::cv_status status =
        cv_.wait_for(lock, absl::ToChronoNanoseconds(bounded));
    lock.release();  // the caller goes on holding it
    return status == std::cv_status::no_timeout;
  }

 private:
  std::condition_variable cv_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SYNC_MUTEX_H_
