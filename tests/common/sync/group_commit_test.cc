// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/group_commit.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/types/span.h"
#include "common/sync/watermark.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using testing::ElementsAre;

struct Item {
  int number = 0;
  int group = 0;  // the call that it went through; 0: none yet
};

using Group = absl::Span<Item* const>;

TEST(GroupCommitTest, ALoneCallerDoesItForItself) {
  std::thread::id committer;
  GroupCommit<Item> commits(8, [&committer](Group group) {
    committer = std::this_thread::get_id();
    for (Item* item : group) item->group = 1;
  });
  Item item;
  commits.Run(&item);
  EXPECT_EQ(item.group, 1);
  EXPECT_EQ(committer, std::this_thread::get_id());
}

// Holds the first group until `waiting` more callers have come.
class GatheringTest : public testing::Test {
 protected:
  void Run(size_t max_group, int callers) {
    Watermark started(0);
    Watermark come(0);
    GroupCommit<Item> commits(max_group, [&](Group group) {
      sizes_.push_back(static_cast<int>(group.size()));
      for (Item* item : group) item->group = static_cast<int>(sizes_.size());
      if (sizes_.size() > 1) return;
      started.RaiseTo(1);
      come.WaitAbove(callers - 1, absl::InfiniteFuture());
      // The last to come has said so, but may not be queued yet.
      while (commits_->waiting() < static_cast<size_t>(callers)) {
        std::this_thread::yield();
      }
    });
    commits_ = &commits;
    std::vector<Item> items(callers + 1);
    std::vector<std::thread> threads;
    threads.emplace_back([&] { commits.Run(&items[0]); });
    started.WaitAbove(0, absl::InfiniteFuture());
    for (int i = 1; i <= callers; ++i) {
      threads.emplace_back([&, i] {
        come.RaiseTo(i);
        commits.Run(&items[i]);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Item& item : items) EXPECT_GT(item.group, 0);
  }

  GroupCommit<Item>* commits_ = nullptr;
  std::vector<int> sizes_;
};

TEST_F(GatheringTest, ThoseWhoComeMeanwhileShareTheNextGroup) {
  Run(/*max_group=*/8, /*callers=*/5);
  EXPECT_THAT(sizes_, ElementsAre(1, 5));
}

TEST_F(GatheringTest, GroupsAreBounded) {
  Run(/*max_group=*/2, /*callers=*/5);
  EXPECT_THAT(sizes_, ElementsAre(1, 2, 2, 1));
}

TEST(GroupCommitTest, ServesEachOfManyOnceAndNeverTwoGroupsAtATime) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 500;
  std::atomic<int> inside{0};
  int groups = 0;
  int served = 0;
  GroupCommit<Item> commits(4, [&](Group group) {
    EXPECT_EQ(inside.fetch_add(1), 0);
    ++groups;
    for (Item* item : group) {
      EXPECT_EQ(item->group, 0);
      item->group = groups;
      ++served;
    }
    inside.fetch_sub(1);
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&commits] {
      int last = 0;
      for (int i = 0; i < kRounds; ++i) {
        Item item;
        commits.Run(&item);
        EXPECT_GT(item.group, last) << "groups come in order";
        last = item.group;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, kThreads * kRounds);
}

}  // namespace
}  // namespace pullgate
