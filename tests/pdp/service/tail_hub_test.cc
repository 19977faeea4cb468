// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/tail_hub.h"

#include <atomic>
#include <thread>

#include "absl/status/status.h"
#include "common/status/error_info.h"
#include "common/sync/mutex.h"
#include "gtest/gtest.h"
#include "tests/fakes/pdp/fake_audit_ledger.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"

namespace pullgate::pdp {
namespace {

// Takes everything at once, and lets a test wait for how far it got.
class EagerFollower {
 public:
  explicit EagerFollower(AuditLedger* ledger) : ledger_(ledger) {}

  TailHub::Feed Feed() {
    return [this]() -> absl::StatusOr<TailHub::Progress> {
      MutexLock lock(&mu_);
      int64_t scanned_to = position_;
      const auto found = ledger_->ListFrom({}, position_, 10, &scanned_to);
      if (!found.ok()) return found.status();
      position_ = scanned_to;
      changed_.NotifyAll();
      return TailHub::Progress{position_, false};
    };
  }

  void AwaitPosition(int64_t position) {
    MutexLock lock(&mu_);
    while (position_ < position) changed_.Wait(&mu_);
  }

 private:
  AuditLedger* const ledger_;
  Mutex mu_;
  CondVar changed_;
  int64_t position_ ABSL_GUARDED_BY(mu_) = 0;
};

void Append(FakeAuditLedger& ledger, int64_t first, int64_t last) {
  ASSERT_TRUE(
      Store(ledger, Vch("a"), "e", SampleEvents(Vch("a"), "e", first, last))
          .ok());
}

// What a hub feeds outlives it: a feed may still be running.
TEST(TailHubTest, FeedsFromTheStartAndThenAsTheLedgerGrows) {
  FakeAuditLedger ledger;
  Append(ledger, 1, 25);
  EagerFollower a(&ledger);
  EagerFollower b(&ledger);
  TailHub hub(&ledger, 4);
  ASSERT_TRUE(hub.Add(a.Feed()).ok());
  ASSERT_TRUE(hub.Add(b.Feed()).ok());
  a.AwaitPosition(25);
  b.AwaitPosition(25);
  Append(ledger, 26, 26);
  a.AwaitPosition(26);
  b.AwaitPosition(26);
}

TEST(TailHubTest, MissesNothingThatIsStoredWhileItFeeds) {
  FakeAuditLedger ledger;
  EagerFollower follower(&ledger);
  TailHub hub(&ledger, 4);
  ASSERT_TRUE(hub.Add(follower.Feed()).ok());
  std::thread writer([&ledger] {
    for (int64_t i = 1; i <= 500; ++i) Append(ledger, i, i);
  });
  follower.AwaitPosition(500);
  writer.join();
}

TEST(TailHubTest, ABusyFollowerIsFedWhenItIsHungryAgain) {
  FakeAuditLedger ledger;
  Append(ledger, 1, 2);
  Mutex mu;
  CondVar changed;
  int feeds = 0;
  TailHub hub(&ledger, 4);
  const auto id = hub.Add([&]() -> absl::StatusOr<TailHub::Progress> {
    MutexLock lock(&mu);
    ++feeds;
    changed.NotifyAll();
    return TailHub::Progress{1, true};
  });
  ASSERT_TRUE(id.ok());
  MutexLock lock(&mu);
  for (int expected = 1; expected <= 3; ++expected) {
    while (feeds < expected) changed.Wait(&mu);
    hub.Hungry(*id);
  }
}

TEST(TailHubTest, LimitsItsFollowers) {
  FakeAuditLedger ledger;
  EagerFollower a(&ledger);
  TailHub hub(&ledger, 1);
  const auto first = hub.Add(a.Feed());
  ASSERT_TRUE(first.ok());
  const auto second = hub.Add(a.Feed());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(second.status()), "TOO_MANY_STREAMS");
  hub.Remove(*first);
  hub.Remove(*first);
  hub.Hungry(*first);
  EXPECT_TRUE(hub.Add(a.Feed()).ok());
}

TEST(TailHubTest, DoesNotCallAFollowerAgainThatFailed) {
  FakeAuditLedger ledger;
  std::atomic<int> calls{0};
  EagerFollower other(&ledger);
  TailHub hub(&ledger, 4);
  ASSERT_TRUE(hub.Add([&calls]() -> absl::StatusOr<TailHub::Progress> {
                   ++calls;
                   return absl::CancelledError("left");
                 })
                  .ok());
  ASSERT_TRUE(hub.Add(other.Feed()).ok());
  for (int64_t i = 1; i <= 3; ++i) {
    Append(ledger, i, i);
    other.AwaitPosition(i);
  }
  EXPECT_EQ(calls, 1);
}

TEST(TailHubTest, StopsWhileTheLedgerCannotBeRead) {
  FakeAuditLedger ledger;
  ledger.FailWith(absl::UnavailableError("no disk"));
  EagerFollower follower(&ledger);
  TailHub hub(&ledger, 4);
  ASSERT_TRUE(hub.Add(follower.Feed()).ok());
  hub.Stop();
  hub.Stop();
}

}  // namespace
}  // namespace pullgate::pdp
