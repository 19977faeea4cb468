// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What the store does when its disk fails, its power fails, its process is
// killed, or threads race: what it accepted is there, under its revision.

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pdp/store/sqlite_policy_store.h"
#include "tests/pdp/store/store_fixture.h"
#include "tests/support/audit_events.h"
#include "tests/support/child_process.h"
#include "tests/support/faulty_disk.h"

namespace pullgate::pdp {
namespace {

using testing::HasSubstr;

TEST(SqlitePolicyStoreFaultsTest, AFailingDiskChangesNothing) {
  FaultyDisk disk;
  const TempDir dir;
  const OpenedStore store = OpenStore(dir.path());
  const auto before =
      store->Put(Vch("a"), WhitelistPolicy("x.example"), "", ByAnn());
  ASSERT_TRUE(before.ok()) << before.status();
  const auto fail = [&](bool on, int how) {
    if (how == 0) disk.SetFree(on ? 0 : INT64_MAX);
    if (how == 1) disk.FailWrites(on);
    if (how == 2) disk.FailSyncs(on);
  };
  for (const int how : {0, 1, 2}) {
    SCOPED_TRACE(how);
    fail(true, how);
    EXPECT_EQ(store->Put(Vch("a"), WhitelistPolicy("y.example"), "", ByAnn())
                  .status()
                  .code(),
              absl::StatusCode::kUnavailable);
    EXPECT_EQ(store->Delete(Vch("a"), "", ByAnn()).status().code(),
              absl::StatusCode::kUnavailable);
    EXPECT_EQ(store->SettingsRevision("s", ByAnn()).status().code(),
              absl::StatusCode::kUnavailable);
    EXPECT_EQ(store->Get(Vch("a"))->policy.SerializeAsString(),
              before->policy.SerializeAsString());
    EXPECT_EQ(store->LastRevision(Vch("a")).value(), 1);
    fail(false, how);
  }
  EXPECT_EQ(store->SettingsRevision("s", ByAnn()).value(), 2);
}

TEST(SqlitePolicyStoreFaultsTest, AcceptedChangesSurvivePowerLoss) {
  FaultyDisk disk;
  std::mt19937 random(5);
  const TempDir dir;
  const OpenedStore store = OpenStore(dir.path());
  for (int i = 0; i < 40; ++i) {
    const VchId vch = Vch(absl::StrCat("vch-", i % 3));
    int64_t revision = 0;
    if (i % 7 == 6 && store->Get(vch).ok()) {
      revision = store->Delete(vch, "", ByAnn()).value();
    } else {
      revision =
          store
              ->Put(vch, WhitelistPolicy(absl::StrCat("r", i, ".example")), "",
                    ByAnn())
              ->policy.revision();
    }
    const TempDir left;
    disk.LosePower(dir.path(), left.path(), i % 3 == 0 ? nullptr : &random);
    const OpenedStore after = OpenStore(left.path());
    EXPECT_EQ(after->LastRevision(vch).value(), revision);
    EXPECT_EQ(after->Get(vch).ok(), store->Get(vch).ok());
  }
}

TEST(SqlitePolicyStoreFaultsTest, ADamagedFileIsDataLoss) {
  const TempDir dir;
  {
    const OpenedStore store = OpenStore(dir.path());
    for (int i = 0; i < 200; ++i) {
      const VchId vch = Vch(absl::StrCat("vch-", i));
      ASSERT_TRUE(
          store->Put(vch, WhitelistPolicy("x.example"), "", ByAnn()).ok());
    }
  }
  const std::string path = dir.File(SqlitePolicyStore::kFileName);
  std::string contents = ReadFile(path);
  ASSERT_GT(contents.size(), 30u * 1024);
  contents.replace(16 * 1024, 8 * 1024, std::string(8 * 1024, 'x'));
  WriteFile(path, contents);
  const absl::Status status = TryOpenStore(dir.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("restore a backup"));
}

// Changes policies until it is killed; reports "vch revision" for each.
void LiveUntilKilled(const std::string& path,
                     const ChildProcess::Reporter& reporter) {
  const OpenedStore store = OpenStore(path);
  for (int i = 0;; ++i) {
    const std::string id = absl::StrCat("vch-", i % 4);
    const auto stored =
        store->Put(Vch(id), WhitelistPolicy("x.example"), "", ByAnn());
    if (!stored.ok()) return;
    reporter.Report(absl::StrCat(id, " ", stored->policy.revision()));
  }
}

TEST(SqlitePolicyStoreFaultsTest, AcceptedChangesSurviveKills) {
  std::mt19937 random(20260103);
  const TempDir dir;
  std::map<std::string, int64_t> accepted;
  std::set<int64_t> revisions;
  const auto note = [&](const std::string& line) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    int64_t revision = 0;
    ASSERT_TRUE(words.size() == 2 && absl::SimpleAtoi(words[1], &revision));
    accepted[words[0]] = revision;
    EXPECT_TRUE(revisions.insert(revision).second) << revision << " again";
  };
  for (int kill = 0; kill < 15; ++kill) {
    SCOPED_TRACE(absl::StrCat("kill ", kill));
    const int lines = 1 + static_cast<int>(random() % 30);
    ChildProcess child([&dir](const ChildProcess::Reporter& reporter) {
      LiveUntilKilled(dir.path(), reporter);
    });
    for (int i = 0; i < lines; ++i) {
      const auto line = child.ReadLine();
      ASSERT_TRUE(line.has_value()) << "the child ended by itself";
      note(*line);
    }
    child.Kill();
    while (const auto line = child.ReadLine()) note(*line);
    const OpenedStore store = OpenStore(dir.path());
    for (const auto& [id, revision] : accepted) {
      EXPECT_GE(store->LastRevision(Vch(id)).value(), revision);
    }
    // The killed process may have stored one more than it could report.
    const int64_t next =
        store->SettingsRevision(absl::StrCat(kill), ByAnn()).value();
    EXPECT_GT(next, *revisions.rbegin());
    revisions.insert(next);
  }
}

}  // namespace
}  // namespace pullgate::pdp
