// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/worker_pool.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/status/error_info.h"
#include "common/sync/mutex.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// Opens once.
class Gate {
 public:
  void Open() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    open_ = true;
    changed_.NotifyAll();
  }
  void Await() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (!open_) changed_.Wait(&mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
};

TEST(WorkerPoolTest, RunsEverything) {
  std::atomic<int> ran = 0;
  WorkerPool pool(3, 1000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.Post([&] { ++ran; }).ok());
  }
  pool.Shutdown();
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPoolTest, TasksRunBesideOneAnother) {
  WorkerPool pool(2, 2);
  Gate first, second;
  ASSERT_TRUE(pool.Post([&] {
                    first.Open();
                    second.Await();
                  })
                  .ok());
  ASSERT_TRUE(pool.Post([&] {
                    first.Await();
                    second.Open();
                  })
                  .ok());
  pool.Shutdown();
}

TEST(WorkerPoolTest, FullQueueIsAnAnswerAndDropsTheTask) {
  WorkerPool pool(1, 2);
  Gate started, release;
  ASSERT_TRUE(pool.Post([&] {
                    started.Open();
                    release.Await();
                  })
                  .ok());
  started.Await();
  std::atomic<int> ran = 0;
  EXPECT_TRUE(pool.Post([&] { ++ran; }).ok());
  EXPECT_TRUE(pool.Post([&] { ++ran; }).ok());
  EXPECT_EQ(pool.queued(), 2u);
  auto held = std::make_shared<int>(0);
  const absl::Status status = pool.Post([&ran, held] { ++ran; });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), "OVERLOADED");
  EXPECT_EQ(held.use_count(), 1);
  release.Open();
  pool.Shutdown();
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPoolTest, ShutdownRunsWhatWaitsAndTakesNoMore) {
  WorkerPool pool(1, 100);
  Gate started, release;
  std::atomic<int> ran = 0;
  ASSERT_TRUE(pool.Post([&] {
                    started.Open();
                    release.Await();
                  })
                  .ok());
  started.Await();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.Post([&] { ++ran; }).ok());
  release.Open();
  pool.Shutdown();
  EXPECT_EQ(ran, 50);
  const absl::Status status = pool.Post([&] { ++ran; });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "SHUTTING_DOWN");
  pool.Shutdown();
  EXPECT_EQ(ran, 50);
}

TEST(WorkerPoolTest, TasksMayPostTasks) {
  std::atomic<int> ran = 0;
  Gate done;
  WorkerPool pool(1, 10);
  ASSERT_TRUE(pool.Post([&] {
                    ++ran;
                    EXPECT_TRUE(pool.Post([&] {
                                      ++ran;
                                      done.Open();
                                    })
                                    .ok());
                  })
                  .ok());
  done.Await();
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPoolTest, ManyThreadsMayPostWhileItShutsDown) {
  std::atomic<int> accepted = 0;
  std::atomic<int> ran = 0;
  WorkerPool pool(2, 8);
  std::vector<std::thread> posters;
  for (int i = 0; i < 4; ++i) {
    posters.emplace_back([&] {
      for (int j = 0; j < 500; ++j) {
        if (pool.Post([&] { ++ran; }).ok()) ++accepted;
      }
    });
  }
  pool.Shutdown();
  for (std::thread& poster : posters) poster.join();
  EXPECT_EQ(ran, accepted);
}

TEST(WorkerPoolTest, HasAtLeastOneThread) {
  WorkerPool pool(0, 1);
  Gate ran;
  ASSERT_TRUE(pool.Post([&] { ran.Open(); }).ok());
  ran.Await();
}

}  // namespace
}  // namespace pullgate
