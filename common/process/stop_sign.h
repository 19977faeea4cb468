// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_PROCESS_STOP_SIGN_H_
#define PULLGATE_COMMON_PROCESS_STOP_SIGN_H_

#include "common/sync/mutex.h"

namespace pullgate {

// Set once, by whoever is asked to stop; waited for by the main thread.
// Thread-safe.
class StopSign {
 public:
  void Set() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    set_ = true;
    changed_.NotifyAll();
  }

  void Await() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (!set_) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool set_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_PROCESS_STOP_SIGN_H_
