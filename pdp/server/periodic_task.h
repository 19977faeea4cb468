// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_PERIODIC_TASK_H_
#define PULLGATE_PDP_SERVER_PERIODIC_TASK_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"

namespace pullgate::pdp {

// Runs something again and again on a thread of its own, first after
// `interval`. Thread-safe.
class PeriodicTask {
 public:
  PeriodicTask(absl::Duration interval, std::function<void()> task);
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;
  // Waits for a run under way.
  ~PeriodicTask();

  // Runs it now, or again after the run under way.
  void RunSoon() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // False: stop.
  bool AwaitTurn() ABSL_LOCKS_EXCLUDED(mu_);

  const absl::Duration interval_;
  const std::function<void()> task_;
  Mutex mu_;
  CondVar changed_;
  bool soon_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_PERIODIC_TASK_H_
