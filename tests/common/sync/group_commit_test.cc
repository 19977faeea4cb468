// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sync/group_commit.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/types/span.h"
#include "common/sync/watermark.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/threads.h"

namespace pullgate {
namespace {

using testing::ElementsAre;

struct Item {
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
    GroupCommit<Item> commits(max_group, [&](Group group) {
      sizes_.push_back(static_cast<int>(group.size()));
      for (Item* item : group) item->group = static_cast<int>(sizes_.size());
      if (sizes_.size() > 1) return;
      started.RaiseTo(1);
      while (commits_->waiting() < static_cast<size_t>(callers)) {
        std::this_thread::yield();
      }
    });
    commits_ = &commits;
    std::vector<Item> items(callers + 1);
    Threads threads;
    threads.Start([&] { commits.Run(&items[0]); });
    started.WaitAbove(0, absl::InfiniteFuture());
    for (int i = 1; i <= callers; ++i) {
      threads.Start([&, i] { commits.Run(&items[i]); });
    }
    threads.Join();
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
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&commits] {
      int last = 0;
      for (int i = 0; i < kRounds; ++i) {
        Item item;
        commits.Run(&item);
        EXPECT_GT(item.group, last) << "groups come in order";
        last = item.group;
      }
    });
  }
  threads.Join();
  EXPECT_EQ(served, kThreads * kRounds);
}

TEST(GroupCommitTest, WhoDoesNotWaitIsServedOnTheSpotIfNobodyLeads) {
  std::thread::id committer;
  GroupCommit<Item> commits(8, [&committer](Group group) {
    committer = std::this_thread::get_id();
    for (Item* item : group) item->group = 1;
  });
  int group = 0;
  commits.Start(std::make_unique<Item>(),
                [&group](std::unique_ptr<Item> item) { group = item->group; });
  EXPECT_EQ(group, 1);
  EXPECT_EQ(committer, std::this_thread::get_id());
}

TEST(GroupCommitTest, WhoDoesNotWaitIsServedByTheLeader) {
  Watermark leading(0);
  Watermark left(0);
  std::vector<int> sizes;
  GroupCommit<Item> commits(8, [&](Group group) {
    sizes.push_back(static_cast<int>(group.size()));
    if (sizes.size() > 1) return;
    leading.RaiseTo(1);
    left.WaitAbove(0, absl::InfiniteFuture());
  });
  std::vector<std::thread::id> served;
  std::thread leader([&] {
    Item item;
    commits.Run(&item);
  });
  const std::thread::id leader_id = leader.get_id();
  leading.WaitAbove(0, absl::InfiniteFuture());
  for (int i = 0; i < 3; ++i) {
    commits.Start(std::make_unique<Item>(), [&](std::unique_ptr<Item>) {
      served.push_back(std::this_thread::get_id());
    });
  }
  EXPECT_TRUE(served.empty()) << "they left without waiting";
  left.RaiseTo(1);
  leader.join();
  EXPECT_THAT(sizes, ElementsAre(1, 3));
  EXPECT_THAT(served, ElementsAre(leader_id, leader_id, leader_id));
}

TEST(GroupCommitTest, ALoneCallerNeverWaitsForOthersToGather) {
  GroupCommit<Item> commits(
      8, [](Group) {}, /*gather=*/absl::InfiniteDuration());
  int served = 0;
  for (int i = 0; i < 3; ++i) {
    commits.Start(std::make_unique<Item>(),
                  [&served](std::unique_ptr<Item>) { ++served; });
  }
  EXPECT_EQ(served, 3);
}

TEST(GroupCommitTest, CallersThatMeetAreLetGather) {
  Watermark leading(0);
  Watermark left(0);
  std::vector<int> sizes;
  GroupCommit<Item> commits(
      3,
      [&](Group group) {
        sizes.push_back(static_cast<int>(group.size()));
        if (sizes.size() > 1) return;
        leading.RaiseTo(1);
        left.WaitAbove(0, absl::InfiniteFuture());
      },
      /*gather=*/absl::InfiniteDuration());
  std::atomic<int> served{0};
  const auto start = [&] {
    commits.Start(std::make_unique<Item>(),
                  [&served](std::unique_ptr<Item>) { served.fetch_add(1); });
  };
  std::thread leader(start);
  leading.WaitAbove(0, absl::InfiniteFuture());
  start();  // meets the leader: the next group waits until it is full
  left.RaiseTo(1);
  start();
  start();
  leader.join();
  EXPECT_THAT(sizes, ElementsAre(1, 3));
  EXPECT_EQ(served.load(), 4);
}

TEST(GroupCommitTest, ThoseWhoWaitAndThoseWhoDoNotAreServedOnceEach) {
  constexpr int kThreads = 6;
  constexpr int kRounds = 500;
  std::atomic<int> inside{0};
  std::atomic<int> done{0};
  int served = 0;
  GroupCommit<Item> commits(4, [&](Group group) {
    EXPECT_EQ(inside.fetch_add(1), 0);
    for (Item* item : group) {
      EXPECT_EQ(item->group, 0);
      item->group = 1;
      ++served;
    }
    inside.fetch_sub(1);
  });
  Threads threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.Start([&, waits = t % 2 == 0] {
      for (int i = 0; i < kRounds; ++i) {
        if (waits) {
          Item item;
          commits.Run(&item);
          EXPECT_EQ(item.group, 1);
          done.fetch_add(1);
        } else {
          commits.Start(std::make_unique<Item>(),
                        [&done](std::unique_ptr<Item> item) {
                          EXPECT_EQ(item->group, 1);
                          done.fetch_add(1);
                        });
        }
      }
    });
  }
  threads.Join();
  EXPECT_EQ(served, kThreads * kRounds);
  EXPECT_EQ(done.load(), kThreads * kRounds);
}

}  // namespace
}  // namespace pullgate
