// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/log_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <thread>
#include <vector>

namespace pullgate {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::Le;

// What a queue wrote; read once the queue is gone.
struct Written {
  std::vector<int> entries;
  uint64_t missing = 0;
};

LogQueue<int>::Missing CountMissing(Written& written) {
  return [&written](uint64_t missing) { written.missing += missing; };
}

TEST(LogQueueTest, WritesInOrderAndAllBeforeItEnds) {
  Written written;
  {
    LogQueue<int> queue(
        10, [&](int entry) { written.entries.push_back(entry); },
        CountMissing(written));
    for (const int entry : {1, 2, 3}) queue.Add(entry);
  }
  EXPECT_THAT(written.entries, ElementsAre(1, 2, 3));
  EXPECT_THAT(written.missing, Eq(0u));
}

TEST(LogQueueTest, CountsWhatComesWhileItIsFull) {
  Written written;
  std::promise<void> first_begun;
  std::promise<void> go_on;
  {
    LogQueue<int> queue(
        2,
        [&](int entry) {
          if (entry == 0) {
            first_begun.set_value();
            go_on.get_future().wait();
          }
          written.entries.push_back(entry);
        },
        CountMissing(written));
    queue.Add(0);
    first_begun.get_future().wait();
    for (int entry = 1; entry <= 5; ++entry) queue.Add(entry);
    go_on.set_value();
  }
  EXPECT_THAT(written.entries, ElementsAre(0, 1, 2));
  EXPECT_THAT(written.missing, Eq(3u));
}

TEST(LogQueueTest, WritesOrCountsEveryEntryOfManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1000;
  Written written;
  {
    LogQueue<int> queue(
        50, [&](int entry) { written.entries.push_back(entry); },
        CountMissing(written));
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&queue] {
        for (int entry = 0; entry < kEach; ++entry) queue.Add(entry);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_THAT(written.entries.size(), Le(size_t{kThreads} * kEach));
  EXPECT_THAT(written.entries.size() + written.missing,
              Eq(size_t{kThreads} * kEach));
}

}  // namespace
}  // namespace pullgate
