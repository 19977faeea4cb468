// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/process/stop_sign.h"

#include "gtest/gtest.h"
#include "tests/support/threads.h"

namespace pullgate {
namespace {

TEST(StopSignTest, WhoComesLateDoesNotWait) {
  StopSign stop;
  stop.Set();
  stop.Await();
}

TEST(StopSignTest, AllWhoWaitGoOnWhenItIsSetOnce) {
  StopSign stop;
  Threads threads;
  for (int i = 0; i < 4; ++i) {
    threads.Start([&stop] { stop.Await(); });
  }
  stop.Set();
  stop.Set();
  threads.Join();
}

}  // namespace
}  // namespace pullgate
