// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/policy_holder.h"

#include <memory>
#include <thread>

#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"

namespace pullgate::agent {
namespace {

std::shared_ptr<const ActivePolicy> Revision(int64_t revision) {
  auto policy = std::make_shared<ActivePolicy>();
  policy->revision = revision;
  return policy;
}

class PolicyHolderTest : public testing::Test {
 protected:
  Lease LeaseNow(int64_t revision, absl::Duration duration) {
    return {revision, wall_.Now(), boot_.Now(), duration};
  }
  void Pass(absl::Duration time) {
    wall_.Advance(time);
    boot_.Advance(time);
  }

  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  PolicyHolder holder_{&wall_, &boot_};
};

TEST_F(PolicyHolderTest, HoldsNothingAtFirst) {
  EXPECT_EQ(holder_.Current(), nullptr);
  EXPECT_FALSE(holder_.lease().valid);
  EXPECT_EQ(holder_.latest_revision(), 0);
}

TEST_F(PolicyHolderTest, RefusesALowerRevisionAndKeepsTheHigher) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  const absl::Status refused = holder_.Replace(Revision(6));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_EQ(holder_.Current()->revision, 7);
}

TEST_F(PolicyHolderTest, TakesTheSameRevisionWithOtherAnchors) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  const std::shared_ptr<const ActivePolicy> renewed = Revision(7);
  ASSERT_TRUE(holder_.Replace(renewed).ok());
  EXPECT_EQ(holder_.Current(), renewed);
}

TEST_F(PolicyHolderTest, AReaderKeepsWhatItTook) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  const std::shared_ptr<const ActivePolicy> taken = holder_.Current();
  ASSERT_TRUE(holder_.Replace(Revision(8)).ok());
  EXPECT_EQ(taken->revision, 7);
}

TEST_F(PolicyHolderTest, ALeaseLastsExactlyItsTime) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Minutes(15))));
  Pass(absl::Minutes(15) - absl::Nanoseconds(1));
  EXPECT_TRUE(holder_.lease().valid);
  Pass(absl::Nanoseconds(1));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(PolicyHolderTest, ALeaseIsForTheRevisionItNames) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_FALSE(holder_.GrantLease(LeaseNow(6, absl::Hours(1))));
  EXPECT_FALSE(holder_.GrantLease(LeaseNow(8, absl::Hours(1))));
  EXPECT_FALSE(holder_.lease().valid);
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Hours(1))));
  ASSERT_TRUE(holder_.Replace(Revision(8)).ok());
  EXPECT_FALSE(holder_.lease().valid) << "8 has no lease of its own yet";
}

TEST_F(PolicyHolderTest, ThePdpMayShortenALease) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Hours(1))));
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Seconds(10))));
  Pass(absl::Seconds(10));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(PolicyHolderTest, ALeaseOfNoTimeIsNone) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_FALSE(holder_.GrantLease(LeaseNow(7, absl::ZeroDuration())));
  EXPECT_FALSE(holder_.GrantLease(LeaseNow(7, absl::Seconds(-1))));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(PolicyHolderTest, SettingTheWallClockBackDoesNotProlongALease) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Minutes(15))));
  Pass(absl::Minutes(10));
  wall_.Advance(-absl::Minutes(9));
  EXPECT_TRUE(holder_.lease().valid);
  Pass(absl::Minutes(5));
  EXPECT_FALSE(holder_.lease().valid) << "15 minutes have really passed";
}

TEST_F(PolicyHolderTest, AWallClockBeforeTheLeaseMakesItVoid) {
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  EXPECT_TRUE(holder_.GrantLease(LeaseNow(7, absl::Minutes(15))));
  wall_.Advance(-absl::Seconds(1));
  EXPECT_FALSE(holder_.lease().valid);
}

TEST_F(PolicyHolderTest, RemembersTheHighestRevisionHeardOf) {
  holder_.NoteRevision(9);
  holder_.NoteRevision(5);
  EXPECT_EQ(holder_.latest_revision(), 9);
  ASSERT_TRUE(holder_.Replace(Revision(8)).ok());
  EXPECT_EQ(holder_.latest_revision(), 9);
  ASSERT_TRUE(holder_.Replace(Revision(10)).ok());
  EXPECT_EQ(holder_.latest_revision(), 10);
}

TEST_F(PolicyHolderTest, WakesWhoWaitsForARevision) {
  std::thread waiter([this] {
    EXPECT_TRUE(holder_.AwaitRevision(8, absl::InfiniteDuration()));
    EXPECT_EQ(holder_.Current()->revision, 8);
  });
  ASSERT_TRUE(holder_.Replace(Revision(7)).ok());
  ASSERT_TRUE(holder_.Replace(Revision(8)).ok());
  waiter.join();
}

TEST_F(PolicyHolderTest, WaitingForARevisionHasAnEnd) {
  EXPECT_FALSE(holder_.AwaitRevision(8, absl::ZeroDuration()));
  std::thread waiter([this] {
    EXPECT_FALSE(holder_.AwaitRevision(8, absl::InfiniteDuration()));
  });
  holder_.Close();
  waiter.join();
}

TEST_F(PolicyHolderTest, ReadersAndWritersMayMeet) {
  std::thread writer([this] {
    for (int64_t i = 1; i <= 500; ++i) {
      EXPECT_TRUE(holder_.Replace(Revision(i)).ok());
      holder_.GrantLease(LeaseNow(i, absl::Minutes(1)));
    }
  });
  int64_t last = 0;
  while (last < 500) {
    const std::shared_ptr<const ActivePolicy> policy = holder_.Current();
    const int64_t now = policy == nullptr ? 0 : policy->revision;
    EXPECT_GE(now, last);
    EXPECT_GE(holder_.latest_revision() + 1, now);
    last = now;
  }
  writer.join();
  EXPECT_TRUE(holder_.lease().valid);
}

}  // namespace
}  // namespace pullgate::agent
