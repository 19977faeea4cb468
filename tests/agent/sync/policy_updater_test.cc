// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/policy_updater.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/fakes/agent/fake_last_policy_store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

std::shared_ptr<const PublicCaSet> PublicSet(const std::string& name) {
  const TempDir directory;
  const std::string file = directory.File("ca.pem");
  WriteFile(file, MakeTestRoot(name).Pem());
  return PublicCaSet::Load(file).value();
}

class PolicyUpdaterTest : public testing::Test {
 protected:
  // As after a restart: other objects, the same store.
  void Restart() {
    updater_.reset();
    holder_ = std::make_unique<PolicyHolder>(&wall_, &boot_);
    updater_ = std::make_unique<PolicyUpdater>(VchId::Parse(kTestVch).value(),
                                               holder_.get(), &store_, &wall_,
                                               &boot_, PublicSet("Public"));
  }
  void SetUp() override { Restart(); }

  Lease LeaseNow(int64_t revision, absl::Duration duration) {
    return {revision, wall_.Now(), boot_.Now(), duration};
  }
  void Pass(absl::Duration time) {
    wall_.Advance(time);
    boot_.Advance(time);
  }
  int64_t Held() const {
    const auto policy = holder_->Current();
    return policy == nullptr ? 0 : policy->revision;
  }

  FakeClock wall_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock boot_{absl::UnixEpoch()};
  FakeLastPolicyStore store_;
  std::unique_ptr<PolicyHolder> holder_;
  std::unique_ptr<PolicyUpdater> updater_;
};

TEST_F(PolicyUpdaterTest, StoresAPolicyAndHoldsIt) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  EXPECT_EQ(Held(), 7);
  ASSERT_TRUE(store_.held().has_value());
  EXPECT_EQ(store_.held()->policy.revision(), 7);
  EXPECT_EQ(store_.held()->received, wall_.Now());
  EXPECT_FALSE(holder_->lease().valid) << "a policy brings no lease";
}

TEST_F(PolicyUpdaterTest, RefusesALowerRevision) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  const absl::Status refused =
      updater_->Apply(WhitelistPolicy(6, {"*.evil.example"}));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_EQ(Held(), 7);
  EXPECT_EQ(store_.held()->policy.revision(), 7);
  EXPECT_EQ(holder_->latest_revision(), 7);
}

TEST_F(PolicyUpdaterTest, TheSameRevisionAgainChangesNothing) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  const auto held = holder_->Current();
  EXPECT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  EXPECT_EQ(holder_->Current(), held);
}

TEST_F(PolicyUpdaterTest, KeepsWhatItHasWhenANewOneIsBadButKnowsItIsOld) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  const absl::Status refused =
      updater_->Apply(WhitelistPolicy(8, {"no rule at all/"}));
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_EQ(Held(), 7);
  EXPECT_EQ(store_.held()->policy.revision(), 7);
  EXPECT_EQ(holder_->latest_revision(), 8);
}

TEST_F(PolicyUpdaterTest, AnotherVchsPolicyMeansNothingHere) {
  auto policy = WhitelistPolicy(99, {"a.example"});
  policy.set_vch("vchs/vch-2");
  EXPECT_TRUE(absl::IsInvalidArgument(updater_->Apply(policy)));
  EXPECT_EQ(holder_->latest_revision(), 0);
}

TEST_F(PolicyUpdaterTest, WhatCannotBeStoredIsNotHeld) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  store_.FailWith(absl::ResourceExhaustedError("disk full"));
  const absl::Status refused =
      updater_->Apply(WhitelistPolicy(8, {"b.example"}));
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_EQ(Held(), 7);
  EXPECT_EQ(holder_->latest_revision(), 8) << "7 is out of date all the same";
  store_.FailWith(absl::OkStatus());
  EXPECT_TRUE(updater_->Apply(WhitelistPolicy(8, {"b.example"})).ok());
  EXPECT_EQ(Held(), 8);
}

// Leases.

TEST_F(PolicyUpdaterTest, WhatIsLeftOfALeasePassesOn) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  Pass(absl::Minutes(4));
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(8, {"a.example"})).ok());
  EXPECT_TRUE(holder_->lease().valid);
  Pass(absl::Minutes(6));
  EXPECT_FALSE(holder_->lease().valid) << "counted from the same heartbeat";
}

TEST_F(PolicyUpdaterTest, AShorterLeaseOfTheNewPolicyCountsAtOnce) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  auto shorter = WhitelistPolicy(8, {"a.example"});
  shorter.mutable_policy()->mutable_lease()->set_seconds(10);
  Pass(absl::Seconds(10));
  ASSERT_TRUE(updater_->Apply(shorter).ok());
  EXPECT_FALSE(holder_->lease().valid);
  EXPECT_EQ(store_.held()->lease, absl::Seconds(10));
}

TEST_F(PolicyUpdaterTest, StoresEachLease) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  EXPECT_EQ(store_.held()->lease_start, wall_.Now());
  EXPECT_EQ(store_.held()->lease, absl::Minutes(10));
}

TEST_F(PolicyUpdaterTest, ALeaseOnAnotherRevisionIsNone) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      updater_->GrantLease(LeaseNow(8, absl::Minutes(10)))));
  EXPECT_FALSE(holder_->lease().valid);
  EXPECT_EQ(store_.held()->lease, absl::ZeroDuration());
}

TEST_F(PolicyUpdaterTest, ALeaseThatCannotBeStoredHoldsUntilARestart) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  store_.FailWith(absl::UnavailableError("disk"));
  EXPECT_FALSE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  EXPECT_TRUE(holder_->lease().valid);
  store_.FailWith(absl::OkStatus());
  Restart();
  ASSERT_TRUE(updater_->LoadLast().ok());
  EXPECT_FALSE(holder_->lease().valid);
}

// Restarts.

TEST_F(PolicyUpdaterTest, ARestartTakesUpPolicyAndLease) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  const absl::Time received = wall_.Now();
  Pass(absl::Minutes(4));
  Restart();
  ASSERT_TRUE(updater_->LoadLast().ok());
  EXPECT_EQ(Held(), 7);
  EXPECT_EQ(holder_->Current()->received, received);
  EXPECT_TRUE(holder_->lease().valid);
  Pass(absl::Minutes(6) - absl::Nanoseconds(1));
  EXPECT_TRUE(holder_->lease().valid);
  Pass(absl::Nanoseconds(1));
  EXPECT_FALSE(holder_->lease().valid);
}

TEST_F(PolicyUpdaterTest, ARebootOfTheMachineCountsByTheWallClock) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  wall_.Advance(absl::Minutes(4));
  boot_.Set(absl::UnixEpoch());
  Restart();
  ASSERT_TRUE(updater_->LoadLast().ok());
  EXPECT_TRUE(holder_->lease().valid);
  Pass(absl::Minutes(6));
  EXPECT_FALSE(holder_->lease().valid);
}

TEST_F(PolicyUpdaterTest, AClockBeforeTheLeaseLeavesThePolicyWithoutOne) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  wall_.Advance(-absl::Hours(1));
  Restart();
  ASSERT_TRUE(updater_->LoadLast().ok());
  EXPECT_EQ(Held(), 7);
  EXPECT_FALSE(holder_->lease().valid);
  wall_.Advance(absl::Hours(1) + absl::Minutes(1));
  EXPECT_FALSE(holder_->lease().valid) << "and it does not come back";
}

TEST_F(PolicyUpdaterTest, AfterARestartALowerRevisionIsStillRefused) {
  ASSERT_TRUE(updater_->Apply(WhitelistPolicy(7, {"a.example"})).ok());
  Restart();
  ASSERT_TRUE(updater_->LoadLast().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      updater_->Apply(WhitelistPolicy(6, {"a.example"}))));
}

TEST_F(PolicyUpdaterTest, NothingStoredIsFine) {
  EXPECT_TRUE(updater_->LoadLast().ok());
  EXPECT_EQ(Held(), 0);
}

TEST_F(PolicyUpdaterTest, WhatIsStoredMustStillMakeSense) {
  store_.Hold({WhitelistPolicy(7, {"no rule/at all"}), wall_.Now(), wall_.Now(),
               absl::Minutes(10)});
  EXPECT_FALSE(updater_->LoadLast().ok());
  EXPECT_EQ(Held(), 0);
  store_.FailWith(absl::DataLossError("torn"));
  EXPECT_TRUE(absl::IsDataLoss(updater_->LoadLast()));
}

// The public CA set.

TEST_F(PolicyUpdaterTest, AChangedPublicSetCountsForPoliciesHeldAndToCome) {
  auto policy = WhitelistPolicy(7, {"a.example"});
  policy.mutable_policy()->set_use_public_cas(true);
  policy.set_trust_bundle_id(TrustBundleId({}, /*use_public_cas=*/true));
  ASSERT_TRUE(updater_->Apply(policy).ok());
  ASSERT_TRUE(updater_->GrantLease(LeaseNow(7, absl::Minutes(10))).ok());
  const std::string before = holder_->Current()->trust_id;

  ASSERT_TRUE(updater_->SetPublicCas(PublicSet("Another")).ok());
  const std::string after = holder_->Current()->trust_id;
  EXPECT_NE(after, before);
  EXPECT_TRUE(holder_->lease().valid);

  policy.set_revision(8);
  ASSERT_TRUE(updater_->Apply(policy).ok());
  EXPECT_EQ(holder_->Current()->trust_id, after);
}

}  // namespace
}  // namespace pullgate::agent
