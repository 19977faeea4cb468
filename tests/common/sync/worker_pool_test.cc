// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/worker_pool.h"

#include <atomic>
#include <thread>

#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// A gate that tasks wait at until the test opens it.
class Gate {
 public:
  void Pass() {
    MutexLock lock(&mu_);
    ++arrived_;
    changed_.NotifyAll();
    while (!open_) changed_.Wait(&mu_);
  }
  void AwaitArrivals(int count) {
    MutexLock lock(&mu_);
    while (arrived_ < count) changed_.Wait(&mu_);
  }
  void Open() {
    MutexLock lock(&mu_);
    open_ = true;
    changed_.NotifyAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int arrived_ ABSL_GUARDED_BY(mu_) = 0;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
};

TEST(WorkerPoolTest, RunsWhatItAcceptedBeforeItCloses) {
  std::atomic<int> ran{0};
  WorkerPool pool(2, 1000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.TryPost([&ran] { ++ran; }));
  }
  pool.Close();
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPoolTest, RefusesMoreThanMayWait) {
  Gate gate;
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(1);
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_FALSE(pool.TryPost([] {}));
  gate.Open();
  pool.Close();
}

TEST(WorkerPoolTest, OneTaskThatWaitsDoesNotHoldUpAnother) {
  Gate gate;
  WorkerPool pool(3, 10);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
  }
  gate.AwaitArrivals(3);
  gate.Open();
}

TEST(WorkerPoolTest, RefusesAfterClosing) {
  WorkerPool pool(1, 1);
  pool.Close();
  pool.Close();
  EXPECT_FALSE(pool.TryPost([] {}));
}

TEST(WorkerPoolTest, PostingRacesWithClosingWithoutLosingAnAcceptedTask) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> ran{0};
    int accepted = 0;
    WorkerPool pool(2, 100000);
    std::thread poster([&] {
      while (pool.TryPost([&ran] { ++ran; })) ++accepted;
    });
    pool.Close();
    poster.join();
    EXPECT_EQ(ran, accepted);
  }
}

}  // namespace
}  // namespace pullgate
