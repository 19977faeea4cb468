// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/periodic_task.h"

#include "common/sync/mutex.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

class Counter {
 public:
  void Add() {
    MutexLock lock(&mu_);
    ++count_;
    changed_.NotifyAll();
  }
  void Await(int count) {
    MutexLock lock(&mu_);
    while (count_ < count) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

TEST(PeriodicTaskTest, RunsAgainAndAgain) {
  Counter runs;
  const PeriodicTask task(absl::Milliseconds(1), [&runs] { runs.Add(); });
  runs.Await(3);
}

TEST(PeriodicTaskTest, RunsSoonWhenAsked) {
  Counter runs;
  PeriodicTask task(absl::Hours(1), [&runs] { runs.Add(); });
  task.RunSoon();
  runs.Await(1);
  task.RunSoon();
  runs.Await(2);
}

TEST(PeriodicTaskTest, EndsWithoutWaitingForItsTurn) {
  const PeriodicTask task(absl::Hours(1), [] {});
}

}  // namespace
}  // namespace pullgate::pdp
