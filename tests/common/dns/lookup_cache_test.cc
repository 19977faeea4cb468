// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/lookup_cache.h"

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate {
namespace {

struct Answer {
  int number = 0;
  absl::Duration ttl;
};

constexpr absl::Time kNever = absl::InfiniteFuture();

// One look-up at a time, from one thread.
class LookupCacheTest : public testing::Test {
 protected:
  using Cache = LookupCache<std::string, Answer>;

  static LookupCacheOptions Small() {
    LookupCacheOptions options;
    options.min_ttl = absl::Seconds(1);
    options.max_ttl = absl::Seconds(300);
    options.max_entries = 3;
    return options;
  }

  // The number answered: that of the look-up that found it.
  int Get(const std::string& key, absl::Duration ttl = absl::Minutes(1)) {
    return cache_
        .Get(key, kNever,
             [&]() -> absl::StatusOr<Answer> {
               return Answer{++lookups_, ttl};
             })
        .value()
        .number;
  }

  // The same for several at once; "bad" has no answer.
  std::vector<int> GetAll(const std::vector<std::string>& keys,
                          absl::Time deadline = kNever) {
    std::vector<int> numbers;
    const auto look_up = [&](const std::vector<std::string>& missing,
                             Cache::OnFound on_found) {
      together_.push_back(missing);
      for (size_t i = 0; i < missing.size(); ++i) {
        absl::StatusOr<Answer> result = Answer{++lookups_, absl::Minutes(1)};
        if (missing[i] == "bad") result = absl::UnavailableError("SERVFAIL");
        on_found(i, result);
      }
    };
    for (const auto& answer : cache_.GetAll(keys, deadline, look_up)) {
      numbers.push_back(answer.ok() ? answer->number : -1);
    }
    return numbers;
  }

  FakeClock clock_{absl::UnixEpoch()};
  Cache cache_{&clock_, Small()};
  int lookups_ = 0;
  std::vector<std::vector<std::string>> together_;
};

TEST_F(LookupCacheTest, AnswersUntilTheTtlAndNotAfter) {
  EXPECT_EQ(Get("a", absl::Seconds(60)), 1);
  clock_.Advance(absl::Seconds(60) - absl::Nanoseconds(1));
  EXPECT_EQ(Get("a"), 1);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Get("a"), 2);
}

TEST_F(LookupCacheTest, RaisesTheTtlToTheFloorAndLowersItToTheCeiling) {
  EXPECT_EQ(Get("zero", absl::ZeroDuration()), 1);
  EXPECT_EQ(Get("huge", absl::Seconds(int64_t{1} << 31)), 2);
  clock_.Advance(absl::Seconds(1) - absl::Nanoseconds(1));
  EXPECT_EQ(Get("zero"), 1);
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Get("zero"), 3);
  EXPECT_EQ(Get("huge"), 2);
  clock_.Advance(absl::Seconds(299));
  EXPECT_EQ(Get("huge"), 4);
}

TEST_F(LookupCacheTest, SaysHowMuchOfTheTtlIsLeft) {
  Get("a", absl::Seconds(60));
  clock_.Advance(absl::Seconds(20));
  const auto never = []() -> absl::StatusOr<Answer> {
    return absl::InternalError("looked up again");
  };
  EXPECT_EQ(cache_.Get("a", kNever, never)->ttl, absl::Seconds(40));
}

TEST_F(LookupCacheTest, ForgetsWhatWasMadeInTheFuture) {
  EXPECT_EQ(Get("a"), 1);
  clock_.Advance(-absl::Hours(1));
  EXPECT_EQ(Get("a"), 2);
}

TEST_F(LookupCacheTest, NeverKeepsErrors) {
  const auto fail = []() -> absl::StatusOr<Answer> {
    return absl::UnavailableError("SERVFAIL");
  };
  EXPECT_TRUE(absl::IsUnavailable(cache_.Get("a", kNever, fail).status()));
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(Get("a"), 1);
}

TEST_F(LookupCacheTest, DropsTheLeastRecentlyUsedBeyondItsBound) {
  Get("a");
  Get("b");
  Get("c");
  Get("a");
  Get("d");  // drops "b"
  EXPECT_EQ(cache_.size(), 3u);
  EXPECT_EQ(Get("a"), 1);
  EXPECT_EQ(Get("c"), 3);
  EXPECT_EQ(Get("d"), 4);
  EXPECT_EQ(Get("b"), 5);
}

TEST_F(LookupCacheTest, StaysBoundedInAFlood) {
  for (int i = 0; i < 10'000; ++i) Get(std::to_string(i));
  EXPECT_EQ(cache_.size(), 3u);
}

TEST_F(LookupCacheTest, ADeadlineThatHasComeGetsOnlyWhatIsCached) {
  const auto count = [&]() -> absl::StatusOr<Answer> {
    return Answer{++lookups_, absl::Minutes(1)};
  };
  const absl::Time now = clock_.Now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(cache_.Get("a", now, count).status()));
  EXPECT_EQ(lookups_, 0);
  EXPECT_EQ(Get("a"), 1);
  EXPECT_EQ(cache_.Get("a", now, count)->number, 1);
}

TEST_F(LookupCacheTest, LooksUpTogetherWhatIsMissing) {
  EXPECT_EQ(Get("b"), 1);
  EXPECT_EQ(GetAll({"a", "b", "c", "a"}), (std::vector<int>{2, 1, 3, 2}));
  EXPECT_EQ(together_, (std::vector<std::vector<std::string>>{{"a", "c"}}));
  EXPECT_EQ(Get("c"), 3);
  EXPECT_EQ(GetAll({}), std::vector<int>{});
}

TEST_F(LookupCacheTest, OfThoseTogetherEachHasItsOwnError) {
  EXPECT_EQ(GetAll({"a", "bad", "c"}), (std::vector<int>{1, -1, 3}));
  EXPECT_EQ(cache_.size(), 2u);
  EXPECT_EQ(GetAll({"a", "bad"}), (std::vector<int>{1, -1}));
  EXPECT_EQ(together_.back(), std::vector<std::string>{"bad"});
}

TEST_F(LookupCacheTest, MoreTogetherThanItHoldsAreAllAnswered) {
  EXPECT_EQ(GetAll({"a", "b", "c", "d", "e"}),
            (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(cache_.size(), 3u);
}

TEST_F(LookupCacheTest, TooLateForAllButWhatIsCached) {
  EXPECT_EQ(Get("b"), 1);
  EXPECT_EQ(GetAll({"a", "b"}, clock_.Now()), (std::vector<int>{-1, 1}));
  EXPECT_TRUE(together_.empty());
}

// A look-up that others can be made to wait for.
class Gate {
 public:
  absl::StatusOr<Answer> Pass(absl::StatusOr<Answer> answer) {
    MutexLock lock(&mu_);
    ++inside_;
    changed_.NotifyAll();
    while (!open_) changed_.Wait(&mu_);
    return answer;
  }
  void AwaitInside(int count) {
    MutexLock lock(&mu_);
    while (inside_ < count) changed_.Wait(&mu_);
  }
  void Open() {
    MutexLock lock(&mu_);
    open_ = true;
    changed_.NotifyAll();
  }
  int inside() {
    MutexLock lock(&mu_);
    return inside_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  int inside_ ABSL_GUARDED_BY(mu_) = 0;
};

class SharedLookupTest : public testing::Test {
 protected:
  // Without waiting; -1: nothing.
  int Cached(const std::string& key) {
    const auto answer = cache_.Get(key, absl::InfinitePast(), [] {
      return absl::StatusOr<Answer>(Answer{});
    });
    return answer.ok() ? answer->number : -1;
  }

  void AwaitShared(uint64_t count) {
    while (cache_.stats().shared < count) std::this_thread::yield();
  }

  FakeClock clock_{absl::UnixEpoch()};
  LookupCache<std::string, Answer> cache_{&clock_, LookupCacheOptions()};
  Gate gate_;
};

TEST_F(SharedLookupTest, OneLookupServesAllWhoAskMeanwhile) {
  constexpr int kCallers = 8;
  std::vector<int> numbers(kCallers);
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([this, i, &numbers] {
      const auto answer = cache_.Get("a", kNever, [this] {
        return gate_.Pass(Answer{7, absl::Minutes(1)});
      });
      numbers[i] = answer.value().number;
    });
  }
  AwaitShared(kCallers - 1);
  gate_.Open();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(gate_.inside(), 1);
  EXPECT_EQ(numbers, std::vector<int>(kCallers, 7));
}

TEST_F(SharedLookupTest, OtherKeysDoNotWait) {
  std::thread slow([this] {
    (void)cache_.Get("slow", kNever, [this] {
      return gate_.Pass(Answer{1, {}});
    });
  });
  gate_.AwaitInside(1);
  const auto quick =
      cache_.Get("quick", kNever, []() -> absl::StatusOr<Answer> {
        return Answer{2, absl::Minutes(1)};
      });
  EXPECT_EQ(quick->number, 2);
  gate_.Open();
  slow.join();
}

TEST_F(SharedLookupTest, WhoeverWaitsLeavesAtHisOwnDeadline) {
  std::thread slow([this] {
    (void)cache_.Get("a", kNever, [this] { return gate_.Pass(Answer{1, {}}); });
  });
  gate_.AwaitInside(1);
  const auto late = cache_.Get("a", absl::InfinitePast(), [this] {
    return gate_.Pass(Answer{2, {}});
  });
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status()));
  EXPECT_EQ(gate_.inside(), 1);
  gate_.Open();
  slow.join();
}

TEST_F(SharedLookupTest, ErrorsAreSharedButTimeIsNot) {
  for (const absl::Status& error :
       {absl::UnavailableError("SERVFAIL"),
        absl::DeadlineExceededError("the first had less time")}) {
    LookupCache<std::string, Answer> cache(&clock_, LookupCacheOptions());
    Gate gate;
    std::thread first([&] {
      EXPECT_EQ(cache.Get("a", kNever, [&] { return gate.Pass(error); })
                    .status()
                    .code(),
                error.code());
    });
    gate.AwaitInside(1);
    absl::StatusOr<Answer> second = absl::UnknownError("not asked");
    std::thread waiting([&] {
      second = cache.Get("a", kNever, []() -> absl::StatusOr<Answer> {
        return Answer{2, absl::Minutes(1)};
      });
    });
    while (cache.stats().shared < 1) std::this_thread::yield();
    gate.Open();
    first.join();
    waiting.join();
    if (absl::IsUnavailable(error)) {
      EXPECT_TRUE(absl::IsUnavailable(second.status())) << second.status();
    } else {
      EXPECT_EQ(second.value().number, 2);
    }
  }
}

TEST_F(SharedLookupTest, WhoAsksForSeveralSharesThoseOnTheirWay) {
  std::thread slow([this] {
    (void)cache_.Get("slow", kNever, [this] {
      return gate_.Pass(Answer{7, absl::Minutes(1)});
    });
  });
  gate_.AwaitInside(1);
  std::vector<std::vector<std::string>> asked;
  std::vector<absl::StatusOr<Answer>> answers;
  std::thread several([&] {
    answers =
        cache_.GetAll({"slow", "quick"}, kNever,
                      [&](const std::vector<std::string>& keys, auto on_found) {
                        asked.push_back(keys);
                        on_found(0, Answer{2, absl::Minutes(1)});
                      });
  });
  AwaitShared(1);
  // What it looked up itself is there for others, whatever it waits for.
  EXPECT_EQ(Cached("quick"), 2);
  gate_.Open();
  several.join();
  slow.join();
  EXPECT_EQ(answers[0]->number, 7);
  EXPECT_EQ(answers[1]->number, 2);
  EXPECT_EQ(asked, (std::vector<std::vector<std::string>>{{"quick"}}));
}

TEST_F(SharedLookupTest, WhatIsFoundFirstIsThereFirst) {
  std::thread several([&] {
    const auto answers = cache_.GetAll(
        {"slow", "quick"}, kNever,
        [&](const std::vector<std::string>& /*keys*/, auto on_found) {
          on_found(1, Answer{2, absl::Minutes(1)});
          on_found(0, gate_.Pass(Answer{7, absl::Minutes(1)}));
        });
    EXPECT_EQ(answers[0]->number, 7);
    EXPECT_EQ(answers[1]->number, 2);
  });
  gate_.AwaitInside(1);
  EXPECT_EQ(Cached("quick"), 2);
  gate_.Open();
  several.join();
}

TEST_F(SharedLookupTest, ThoseWhoAskForEachOthersDoNotWaitInACircle) {
  const auto both = [&](const std::vector<std::string>& keys) {
    const auto answers = cache_.GetAll(
        keys, kNever,
        [&](const std::vector<std::string>& missing, auto on_found) {
          (void)gate_.Pass(Answer{});
          for (size_t i = 0; i < missing.size(); ++i) {
            on_found(i, Answer{3, absl::Minutes(1)});
          }
        });
    for (const auto& answer : answers) EXPECT_EQ(answer->number, 3);
  };
  std::thread one([&] { both({"a", "b"}); });
  gate_.AwaitInside(1);
  std::thread other([&] { both({"c", "a"}); });
  gate_.AwaitInside(2);
  std::thread third([&] { both({"b", "c"}); });
  AwaitShared(1);
  gate_.Open();
  for (std::thread* thread : {&one, &other, &third}) thread->join();
}

TEST_F(SharedLookupTest, ManyThreadsOnFewKeysStayWithinBounds) {
  LookupCacheOptions options;
  options.max_entries = 4;
  LookupCache<int, Answer> cache(&clock_, options);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 500; ++i) {
        const int key = (i * 7 + t) % 9;
        const auto answer =
            cache.Get(key, kNever, [key]() -> absl::StatusOr<Answer> {
              if (key == 8) return absl::UnavailableError("never");
              return Answer{key, absl::Minutes(1)};
            });
        ASSERT_EQ(answer.ok(), key != 8);
        if (answer.ok()) ASSERT_EQ(answer->number, key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 4u);
}

}  // namespace
}  // namespace pullgate
