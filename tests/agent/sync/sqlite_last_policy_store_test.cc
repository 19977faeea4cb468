// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sqlite_last_policy_store.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/files/data_directory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/child_process.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using testing::HasSubstr;

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

struct OpenedStore {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<SqliteLastPolicyStore> store;

  SqliteLastPolicyStore* operator->() const { return store.get(); }
};

absl::StatusOr<OpenedStore> TryOpen(const std::string& path,
                                    absl::string_view vch = "vch-1") {
  OpenedStore opened;
  auto directory = DataDirectory::Open(path);
  if (!directory.ok()) return directory.status();
  opened.directory = *std::move(directory);
  auto store =
      SqliteLastPolicyStore::Open(*opened.directory, VchId::Parse(vch).value());
  if (!store.ok()) return store.status();
  opened.store = *std::move(store);
  return opened;
}

OpenedStore Open(const std::string& path, absl::string_view vch = "vch-1") {
  return TryOpen(path, vch).value();
}

HeldPolicy Held(int64_t revision, absl::string_view vch = "vchs/vch-1") {
  HeldPolicy held;
  held.policy.set_vch(std::string(vch));
  held.policy.set_revision(revision);
  held.policy.mutable_policy()->add_whitelist(
      absl::StrCat("r", revision, ".example"));
  held.received = kStart + absl::Milliseconds(revision);
  held.lease_start = kStart + absl::Nanoseconds(revision);
  held.lease = absl::Minutes(15);
  return held;
}

// The revision that Load gives; 0 if none.
int64_t LoadedRevision(const OpenedStore& store) {
  const auto held = store->Load();
  EXPECT_TRUE(held.ok()) << held.status();
  if (!held.ok() || !held->has_value()) return 0;
  return (*held)->policy.revision();
}

TEST(SqliteLastPolicyStoreTest, HasNothingToBeginWith) {
  const TempDir dir;
  EXPECT_EQ(Open(dir.path())->Load().value(), std::nullopt);
}

TEST(SqliteLastPolicyStoreTest, LoadsWhatWasStoredAfterARestart) {
  const TempDir dir;
  const HeldPolicy stored = Held(7);
  ASSERT_TRUE(Open(dir.path())->Store(stored).ok());
  const auto loaded = Open(dir.path())->Load();
  ASSERT_TRUE(loaded.ok() && loaded->has_value()) << loaded.status();
  EXPECT_EQ((*loaded)->policy.SerializeAsString(),
            stored.policy.SerializeAsString());
  EXPECT_EQ((*loaded)->received, stored.received);
  EXPECT_EQ((*loaded)->lease_start, stored.lease_start);
  EXPECT_EQ((*loaded)->lease, stored.lease);
}

TEST(SqliteLastPolicyStoreTest, KeepsTheHighestRevision) {
  const TempDir dir;
  const OpenedStore store = Open(dir.path());
  ASSERT_TRUE(store->Store(Held(7)).ok());
  const absl::Status status = store->Store(Held(6));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("revision 6 is older than the stored revision 7"));
  EXPECT_EQ(LoadedRevision(store), 7);
  EXPECT_TRUE(store->Store(Held(7)).ok()) << "again, with a new lease";
  EXPECT_TRUE(store->Store(Held(8)).ok());
  EXPECT_EQ(LoadedRevision(store), 8);
}

TEST(SqliteLastPolicyStoreTest, RenewsTheLeaseOfTheStoredRevisionOnly) {
  const TempDir dir;
  const OpenedStore store = Open(dir.path());
  const absl::Time later = kStart + absl::Hours(1);
  EXPECT_TRUE(store->RenewLease(7, later, absl::Minutes(1)).ok());
  EXPECT_EQ(store->Load().value(), std::nullopt);
  ASSERT_TRUE(store->Store(Held(7)).ok());
  for (const int64_t other : {0, 6, 8}) {
    EXPECT_TRUE(store->RenewLease(other, later, absl::Minutes(1)).ok());
  }
  EXPECT_EQ(store->Load().value()->lease, absl::Minutes(15));
  EXPECT_TRUE(store->RenewLease(7, later, absl::Minutes(1)).ok());
  const HeldPolicy held = *store->Load().value();
  EXPECT_EQ(held.lease_start, later);
  EXPECT_EQ(held.lease, absl::Minutes(1));
  EXPECT_EQ(held.received, Held(7).received);
  EXPECT_EQ(held.policy.revision(), 7);
}

TEST(SqliteLastPolicyStoreTest, ThePolicyOfAnotherVchCountsAsNone) {
  const TempDir dir;
  ASSERT_TRUE(Open(dir.path())->Store(Held(7)).ok());
  const OpenedStore other = Open(dir.path(), "vch-2");
  EXPECT_EQ(LoadedRevision(other), 0);
  EXPECT_TRUE(other->Store(Held(3, "vchs/vch-2")).ok());
  EXPECT_EQ(LoadedRevision(other), 3);
}

TEST(SqliteLastPolicyStoreTest, RefusesToStoreThePolicyOfAnotherVch) {
  const TempDir dir;
  const OpenedStore store = Open(dir.path());
  EXPECT_EQ(store->Store(Held(7, "vchs/vch-2")).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(LoadedRevision(store), 0);
}

TEST(SqliteLastPolicyStoreTest, AFailingDiskKeepsWhatIsStored) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedStore store = Open(dir.path());
  ASSERT_TRUE(store->Store(Held(7)).ok());
  disk.SetFree(0);
  HeldPolicy large = Held(8);
  large.policy.set_trust_bundle_id(std::string(1'000'000, 'x'));
  EXPECT_EQ(store->Store(large).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(LoadedRevision(store), 7);
  disk.SetPlentyFree();
  disk.FailWrites(true);
  EXPECT_EQ(store->RenewLease(7, kStart, absl::Minutes(1)).code(),
            absl::StatusCode::kUnavailable);
  disk.FailWrites(false);
  EXPECT_EQ(store->Load().value()->lease, absl::Minutes(15));
  EXPECT_TRUE(store->Store(large).ok());
}

TEST(SqliteLastPolicyStoreTest, WhatWasStoredSurvivesPowerLossWhole) {
  FaultyDisk disk;
  std::mt19937 random(6);
  const TempDir dir;
  const OpenedStore store = Open(dir.path());
  for (int64_t revision = 1; revision <= 30; ++revision) {
    HeldPolicy held = Held(revision);
    held.policy.set_trust_bundle_id(std::string(random() % 20'000, 'x'));
    ASSERT_TRUE(store->Store(held).ok());
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), &random);
    EXPECT_EQ(LoadedRevision(Open(left.path())), revision);
  }
}

TEST(SqliteLastPolicyStoreTest, WhatWasStoredSurvivesKillsWhole) {
  std::mt19937 random(20260104);
  const TempDir dir;
  int64_t stored = 0;
  for (int kill = 0; kill < 10; ++kill) {
    const int lines = 1 + static_cast<int>(random() % 20);
    ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
      const OpenedStore store = Open(dir.path());
      for (int64_t revision = LoadedRevision(store) + 1;; ++revision) {
        HeldPolicy held = Held(revision);
        held.policy.set_trust_bundle_id(std::string(50'000, 'x'));
        if (!store->Store(held).ok()) return;
        reporter.Report(absl::StrCat(revision));
      }
    });
    for (int i = 0; i < lines; ++i) {
      const auto line = child.ReadLine();
      ASSERT_TRUE(line.has_value()) << "the child ended by itself";
      ASSERT_TRUE(absl::SimpleAtoi(*line, &stored));
    }
    child.Kill();
    while (const auto line = child.ReadLine()) {
      ASSERT_TRUE(absl::SimpleAtoi(*line, &stored));
    }
    const OpenedStore store = Open(dir.path());
    const HeldPolicy held = *store->Load().value();
    EXPECT_GE(held.policy.revision(), stored);
    EXPECT_EQ(held.lease_start,
              kStart + absl::Nanoseconds(held.policy.revision()));
  }
}

TEST(SqliteLastPolicyStoreTest, ADamagedFileIsDataLossAndCanBeSetAside) {
  const TempDir dir;
  WriteFile(dir.File(SqliteLastPolicyStore::kFileName),
            std::string(10'000, 'x'));
  EXPECT_EQ(TryOpen(dir.path()).status().code(), absl::StatusCode::kDataLoss);
  {
    const auto directory = DataDirectory::Open(dir.path()).value();
    ASSERT_TRUE(
        directory->SetAside(SqliteLastPolicyStore::kFileName, kStart).ok());
  }
  const OpenedStore store = Open(dir.path());
  EXPECT_TRUE(store->Store(Held(1)).ok());
}

}  // namespace
}  // namespace pullgate::agent
