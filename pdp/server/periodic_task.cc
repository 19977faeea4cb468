// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/periodic_task.h"

#include <utility>

namespace pullgate::pdp {

PeriodicTask::PeriodicTask(absl::Duration interval, std::function<void()> task)
    : interval_(interval),
      task_(std::move(task)),
      thread_([this] { Work(); }) {}

PeriodicTask::~PeriodicTask() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void PeriodicTask::RunSoon() {
  MutexLock lock(&mu_);
  soon_ = true;
  changed_.NotifyAll();
}

void PeriodicTask::Work() {
  while (AwaitTurn()) task_();
}

bool PeriodicTask::AwaitTurn() {
  MutexLock lock(&mu_);
  // A wake-up for no reason only brings a turn forward.
  if (!stopping_ && !soon_) changed_.WaitFor(&mu_, interval_);
  soon_ = false;
  return !stopping_;
}

}  // namespace pullgate::pdp
