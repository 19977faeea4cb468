// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/mutex.h"

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// A number that threads change and wait for.
class Level {
 public:
  void Add(int by) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    level_ += by;
    changed_.NotifyAll();
  }

  void AwaitAtLeast(int level) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (level_ < level) changed_.Wait(&mu_);
  }

  bool AwaitAtLeastFor(int level, absl::Duration timeout)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (level_ < level) {
      if (!changed_.WaitFor(&mu_, timeout)) return level_ >= level;
    }
    return true;
  }

  bool AwaitAtLeastUntil(int level, absl::Time deadline)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (level_ < level) {
      if (!changed_.WaitUntil(&mu_, deadline)) return level_ >= level;
    }
    return true;
  }

  int Get() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return level_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int level_ ABSL_GUARDED_BY(mu_) = 0;
};

// Whether another thread could take `mu` now.
bool IsFree(Mutex* mu) {
  bool taken = false;
  std::thread other([mu, &taken] {
    if (mu->TryLock()) {
      taken = true;
      mu->Unlock();
    }
  });
  other.join();
  return taken;
}

TEST(MutexTest, LosesNoUpdateOfManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 1000;
  Level level;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&level] {
      for (int round = 0; round < kRounds; ++round) level.Add(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(level.Get(), kThreads * kRounds);
}

TEST(MutexTest, LockIsHeldToTheEndOfItsScope) {
  Mutex mu;
  {
    MutexLock lock(&mu);
    EXPECT_FALSE(IsFree(&mu));
  }
  EXPECT_TRUE(IsFree(&mu));
}

TEST(CondVarTest, WakesWhenNotified) {
  Level level;
  std::thread other([&level] {
    level.Add(1);
    level.Add(1);
  });
  level.AwaitAtLeast(2);
  other.join();
  EXPECT_EQ(level.Get(), 2);
}

TEST(CondVarTest, WakesBeforeItsTimeout) {
  Level level;
  std::thread other([&level] { level.Add(1); });
  EXPECT_TRUE(level.AwaitAtLeastFor(1, absl::InfiniteDuration()));
  other.join();
}

TEST(CondVarTest, WakesBeforeItsDeadline) {
  Level level;
  std::thread other([&level] { level.Add(1); });
  EXPECT_TRUE(level.AwaitAtLeastUntil(1, absl::InfiniteFuture()));
  other.join();
}

TEST(CondVarTest, GivesUpWhenTheTimeIsOver) {
  Level level;
  EXPECT_FALSE(level.AwaitAtLeastFor(1, absl::Milliseconds(1)));
  EXPECT_FALSE(level.AwaitAtLeastFor(1, absl::ZeroDuration()));
  EXPECT_FALSE(level.AwaitAtLeastFor(1, -absl::InfiniteDuration()));
  EXPECT_FALSE(level.AwaitAtLeastUntil(1, absl::UnixEpoch()));
  EXPECT_FALSE(level.AwaitAtLeastUntil(1, absl::InfinitePast()));
}

TEST(CondVarTest, HoldsTheMutexAgainAfterWaiting) {
  Mutex mu;
  CondVar changed;
  MutexLock lock(&mu);
  EXPECT_FALSE(changed.WaitFor(&mu, absl::ZeroDuration()));
  EXPECT_FALSE(IsFree(&mu));
  EXPECT_FALSE(changed.WaitUntil(&mu, absl::UnixEpoch()));
  EXPECT_FALSE(IsFree(&mu));
}

}  // namespace
}  // namespace pullgate
