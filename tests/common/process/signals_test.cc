// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/process/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/sync/mutex.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

// Remembers signals and waits for them.
class Received {
 public:
  void Add(int signal) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    signals_.push_back(signal);
    changed_.NotifyAll();
  }

  std::vector<int> Await(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (signals_.size() < count) {
      if (!changed_.WaitFor(&mu_, absl::Seconds(10))) break;
    }
    return signals_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<int> signals_ ABSL_GUARDED_BY(mu_);
};

class SignalWatcherTest : public testing::Test {
 protected:
  SignalWatcherTest() {
    EXPECT_TRUE(BlockSignals({SIGTERM, SIGINT, SIGHUP}).ok());
    auto watcher = SignalWatcher::Start({SIGTERM, SIGINT, SIGHUP},
                                        [this](int s) { received_.Add(s); });
    EXPECT_TRUE(watcher.ok()) << watcher.status();
    watcher_ = *std::move(watcher);
  }

  Received received_;
  std::unique_ptr<SignalWatcher> watcher_;
};

TEST_F(SignalWatcherTest, CallsTheFunctionForEachSignal) {
  ASSERT_EQ(kill(getpid(), SIGHUP), 0);
  EXPECT_EQ(received_.Await(1), std::vector<int>({SIGHUP}));
  ASSERT_EQ(kill(getpid(), SIGTERM), 0);
  EXPECT_EQ(received_.Await(2), std::vector<int>({SIGHUP, SIGTERM}));
}

TEST_F(SignalWatcherTest, StopsWithoutASignal) {
  watcher_.reset();
  EXPECT_TRUE(received_.Await(0).empty());
}

TEST_F(SignalWatcherTest, SignalsAfterItsEndDoNotKillTheProcess) {
  watcher_.reset();
  ASSERT_EQ(kill(getpid(), SIGHUP), 0);  // stays pending
  Received later;
  watcher_ = *SignalWatcher::Start({SIGHUP}, [&](int s) { later.Add(s); });
  EXPECT_EQ(later.Await(1), std::vector<int>({SIGHUP}));
  watcher_.reset();
}

TEST_F(SignalWatcherTest, AnswersABrokenPipeWithAnError) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

}  // namespace
}  // namespace pullgate
