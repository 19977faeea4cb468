// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/commit_thread.h"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/sync/watermark.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/threads.h"

namespace pullgate {
namespace {

using testing::ElementsAre;

struct Item {
  void Done() { done(*this); }

  int number = 0;
  int group = 0;  // the call that it went through; 0: none yet
  std::function<void(const Item&)> done = [](const Item&) {};
};

using Group = absl::Span<const std::unique_ptr<Item>>;

std::unique_ptr<Item> MakeItem(int number) {
  auto item = std::make_unique<Item>();
  item->number = number;
  return item;
}

// Holds the thread in its first group until it is told to go on.
class CommitThreadTest : public testing::Test {
 protected:
  // Posts one item, and `more` while that is being committed.
  void Run(size_t max_group, int more) {
    CommitThread<Item> commits(max_group, [this](Group group) {
      sizes_.push_back(static_cast<int>(group.size()));
      for (const auto& item : group) numbers_.push_back(item->number);
      committing_.RaiseTo(1);
      go_on_.WaitAbove(0, absl::InfiniteFuture());
    });
    commits.Post(MakeItem(0));
    committing_.WaitAbove(0, absl::InfiniteFuture());
    for (int i = 1; i <= more; ++i) commits.Post(MakeItem(i));
    go_on_.RaiseTo(1);
  }

  Watermark committing_{0};
  Watermark go_on_{0};
  std::vector<int> sizes_;
  std::vector<int> numbers_;
};

TEST_F(CommitThreadTest, WhatComesMeanwhileSharesTheNextStep) {
  Run(/*max_group=*/8, /*more=*/5);
  EXPECT_THAT(sizes_, ElementsAre(1, 5));
}

TEST_F(CommitThreadTest, GroupsAreBoundedAndKeepTheOrder) {
  Run(/*max_group=*/2, /*more=*/5);
  EXPECT_THAT(sizes_, ElementsAre(1, 2, 2, 1));
  EXPECT_THAT(numbers_, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(CommitThreadTest, WhatWasPostedIsDoneBeforeItEnds) {
  Run(/*max_group=*/1, /*more=*/100);
  EXPECT_EQ(numbers_.size(), 101u);
}

TEST_F(CommitThreadTest, NothingIsCommittedWhereNothingWasPosted) {
  {
    const CommitThread<Item> commits(1, [](Group) { FAIL(); });
  }
}

TEST_F(CommitThreadTest, ItemsAreToldAfterTheStepOnAThreadThatIsNotTheirs) {
  Watermark told(0);
  CommitThread<Item> commits(8, [](Group group) {
    for (const auto& item : group) item->group = 1;
  });
  auto item = MakeItem(1);
  item->done = [&told, poster = std::this_thread::get_id()](const Item& item) {
    EXPECT_EQ(item.group, 1);
    EXPECT_NE(std::this_thread::get_id(), poster);
    told.RaiseTo(1);
  };
  commits.Post(std::move(item));
  told.WaitAbove(0, absl::InfiniteFuture());
}

TEST_F(CommitThreadTest, WhoIsToldMayPostAgain) {
  std::vector<int> numbers;
  Watermark finished(0);
  CommitThread<Item>* posts_to = nullptr;
  CommitThread<Item> commits(8, [&numbers](Group group) {
    for (const auto& item : group) numbers.push_back(item->number);
  });
  posts_to = &commits;
  auto item = MakeItem(1);
  item->done = [&](const Item&) {
    auto next = MakeItem(2);
    next->done = [&finished](const Item&) { finished.RaiseTo(1); };
    posts_to->Post(std::move(next));
  };
  commits.Post(std::move(item));
  finished.WaitAbove(0, absl::InfiniteFuture());
  EXPECT_THAT(numbers, ElementsAre(1, 2));
}

TEST_F(CommitThreadTest, EachOfManyIsServedOnceAndInTheOrderOfItsPoster) {
  constexpr int kThreads = 8;
  constexpr int kEach = 2000;
  std::atomic<int> told{0};
  std::vector<std::vector<int>> served(kThreads);
  {
    CommitThread<Item> commits(16, [&served](Group group) {
      for (const auto& item : group) {
        served[item->number / kEach].push_back(item->number % kEach);
      }
    });
    Threads threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.Start([&commits, &told, t] {
        for (int i = 0; i < kEach; ++i) {
          auto item = MakeItem(t * kEach + i);
          item->done = [&told](const Item&) { ++told; };
          commits.Post(std::move(item));
        }
      });
    }
    threads.Join();
  }
  EXPECT_EQ(told, kThreads * kEach);
  for (const std::vector<int>& mine : served) {
    ASSERT_EQ(mine.size(), size_t{kEach});
    for (int i = 0; i < kEach; ++i) ASSERT_EQ(mine[i], i);
  }
}

}  // namespace
}  // namespace pullgate
