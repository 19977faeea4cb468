// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/store/sqlite_policy_store.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/status/error_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/pdp/store/store_fixture.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SqlitePolicyStoreTest : public testing::Test {
 protected:
  void Restart(const SqlitePolicyStore::Options& options = {}) {
    store_ = OpenedStore();
    store_ = OpenStore(dir_.path(), options);
  }

  StoredPolicy Put(absl::string_view vch, absl::string_view rule) {
    return store_->Put(Vch(vch), WhitelistPolicy(rule), "", ByAnn()).value();
  }

  std::vector<std::string> Names(absl::string_view after, int limit) {
    std::vector<std::string> names;
    const auto policies = store_->List(after, limit);
    EXPECT_TRUE(policies.ok()) << policies.status();
    for (const StoredPolicy& stored : policies.value()) {
      EXPECT_EQ(stored.policy.name(), stored.vch.PolicyName());
      names.push_back(stored.vch.text());
    }
    return names;
  }

  static void ExpectEtagMismatch(const absl::Status& status) {
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
    EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  }

  const TempDir dir_;
  OpenedStore store_ = OpenStore(dir_.path());
};

TEST_F(SqlitePolicyStoreTest, HasNothingToBeginWith) {
  EXPECT_EQ(store_->Get(Vch("a")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Names("", 10), IsEmpty());
  EXPECT_EQ(store_->LastRevision(Vch("a")).value(), 0);
}

TEST_F(SqlitePolicyStoreTest, FillsInWhatThePdpSets) {
  const auto stored =
      store_->Put(Vch("a"), WhitelistPolicy("10.0.0.0/8"), "", ByAnn());
  ASSERT_TRUE(stored.ok()) << stored.status();
  const auto& policy = stored->policy;
  EXPECT_EQ(policy.name(), "vchs/a/policy");
  EXPECT_EQ(policy.revision(), 1);
  EXPECT_EQ(policy.updated_by(), "operator/ann");
  EXPECT_EQ(policy.update_time().seconds(), 1'700'000'000);
  EXPECT_EQ(policy.update_time().nanos(), 250'000'000);
  EXPECT_FALSE(policy.etag().empty());
  EXPECT_THAT(policy.whitelist(), ElementsAre("10.0.0.0/8"));
  EXPECT_EQ(store_->Get(Vch("a"))->policy.SerializeAsString(),
            policy.SerializeAsString());
}

TEST_F(SqlitePolicyStoreTest, NumbersChangesOfAllVchsTogether) {
  EXPECT_EQ(Put("a", "x.example").policy.revision(), 1);
  EXPECT_EQ(Put("b", "x.example").policy.revision(), 2);
  EXPECT_EQ(Put("a", "y.example").policy.revision(), 3);
  EXPECT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 4);
  EXPECT_EQ(store_->Delete(Vch("b"), "", ByAnn()).value(), 5);
  EXPECT_EQ(store_->LastRevision(Vch("a")).value(), 3);
  EXPECT_EQ(store_->LastRevision(Vch("b")).value(), 5);
}

TEST_F(SqlitePolicyStoreTest, ADeletionLeavesItsRevision) {
  Put("a", "x.example");
  EXPECT_EQ(store_->Delete(Vch("a"), "", ByAnn()).value(), 2);
  EXPECT_EQ(store_->Get(Vch("a")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Names("", 10), IsEmpty());
  EXPECT_EQ(store_->Delete(Vch("a"), "", ByAnn()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->LastRevision(Vch("a")).value(), 2);
  EXPECT_EQ(Put("a", "x.example").policy.revision(), 3);
}

TEST_F(SqlitePolicyStoreTest, RefusesAnEtagThatIsNotTheStoredOne) {
  const std::string first = Put("a", "x.example").policy.etag();
  const std::string second = Put("a", "x.example").policy.etag();
  EXPECT_NE(first, second) << "equal content, another change";
  const auto refused =
      store_->Put(Vch("a"), WhitelistPolicy("z.example"), first, ByAnn());
  ExpectEtagMismatch(refused.status());
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("changed by operator/ann in revision 2"));
  ExpectEtagMismatch(store_->Delete(Vch("a"), first, ByAnn()).status());
  EXPECT_EQ(store_->Get(Vch("a"))->policy.etag(), second);

  const auto accepted =
      store_->Put(Vch("a"), WhitelistPolicy("z.example"), second, ByAnn());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->policy.revision(), 3) << "refusals use no revision";
  EXPECT_TRUE(store_->Delete(Vch("a"), accepted->policy.etag(), ByAnn()).ok());
}

TEST_F(SqlitePolicyStoreTest, AStarDemandsThatAPolicyExists) {
  ExpectEtagMismatch(
      store_->Put(Vch("a"), WhitelistPolicy("x.example"), "*", ByAnn())
          .status());
  Put("a", "x.example");
  EXPECT_TRUE(
      store_->Put(Vch("a"), WhitelistPolicy("y.example"), "*", ByAnn()).ok());
  EXPECT_TRUE(store_->Delete(Vch("a"), "*", ByAnn()).ok());
  ExpectEtagMismatch(
      store_->Put(Vch("a"), WhitelistPolicy("x.example"), "*", ByAnn())
          .status());
}

TEST_F(SqlitePolicyStoreTest, AnEtagOfADeletedPolicyIsRefused) {
  const std::string etag = Put("a", "x.example").policy.etag();
  ASSERT_TRUE(store_->Delete(Vch("a"), etag, ByAnn()).ok());
  const auto refused =
      store_->Put(Vch("a"), WhitelistPolicy("x.example"), etag, ByAnn());
  ExpectEtagMismatch(refused.status());
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("does not exist"));
}

TEST_F(SqlitePolicyStoreTest, IgnoresWhatTheCallerWroteIntoThePdpsFields) {
  auto policy = WhitelistPolicy("x.example");
  policy.set_name("vchs/other/policy");
  policy.set_revision(99);
  policy.set_updated_by("nobody");
  policy.set_etag("made-up");
  const auto stored = store_->Put(Vch("a"), policy, "", ByAnn());
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->policy.name(), "vchs/a/policy");
  EXPECT_EQ(stored->policy.revision(), 1);
  EXPECT_EQ(stored->policy.updated_by(), "operator/ann");
  EXPECT_NE(stored->policy.etag(), "made-up");
}

TEST_F(SqlitePolicyStoreTest, ListsInOrderOfTheIdsPageByPage) {
  for (const char* vch : {"b", "A", "c", "a", "a.1"}) Put(vch, "x.example");
  ASSERT_TRUE(store_->Delete(Vch("b"), "", ByAnn()).ok());
  EXPECT_THAT(Names("", 10), ElementsAre("A", "a", "a.1", "c"));
  EXPECT_THAT(Names("", 2), ElementsAre("A", "a"));
  EXPECT_THAT(Names("a", 2), ElementsAre("a.1", "c"));
  EXPECT_THAT(Names("b", 2), ElementsAre("c")) << "b itself is gone";
  EXPECT_THAT(Names("c", 2), IsEmpty());
}

TEST_F(SqlitePolicyStoreTest, IsTheSameAfterARestart) {
  const StoredPolicy a = Put("a", "x.example");
  Put("b", "x.example");
  ASSERT_TRUE(store_->Delete(Vch("b"), "", ByAnn()).ok());
  ASSERT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 4);
  Restart();
  EXPECT_EQ(store_->Get(Vch("a"))->policy.SerializeAsString(),
            a.policy.SerializeAsString());
  EXPECT_EQ(store_->LastRevision(Vch("b")).value(), 3);
  EXPECT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 4);
  EXPECT_EQ(Put("b", "x.example").policy.revision(), 5);
}

TEST_F(SqlitePolicyStoreTest, SettingsKeepTheirRevisionUntilTheyChange) {
  EXPECT_EQ(store_->SettingsRevision("one", ByAnn()).value(), 1);
  EXPECT_EQ(store_->SettingsRevision("one", ByAnn()).value(), 1);
  Put("a", "x.example");
  EXPECT_EQ(store_->SettingsRevision("one", ByAnn()).value(), 1);
  EXPECT_EQ(store_->SettingsRevision("two", ByAnn()).value(), 3);
  EXPECT_EQ(store_->SettingsRevision("one", ByAnn()).value(), 4)
      << "a return is a change";
  EXPECT_EQ(store_->SettingsRevision("", ByAnn()).value(), 5);
  EXPECT_EQ(store_->SettingsRevision("", ByAnn()).value(), 5);
}

TEST_F(SqlitePolicyStoreTest, GivesTheSettingsBack) {
  EXPECT_EQ(store_->SettingsContents().value(), "");
  ASSERT_TRUE(store_->SettingsRevision("one", ByAnn()).ok());
  ASSERT_TRUE(store_->SettingsRevision("two", ByAnn()).ok());
  Put("a", "x.example");
  EXPECT_EQ(store_->SettingsContents().value(), "two");
  Restart();
  EXPECT_EQ(store_->SettingsContents().value(), "two");
}

TEST_F(SqlitePolicyStoreTest, AMinimumLiftsTheNextRevisionAndTheSettings) {
  Put("a", "x.example");
  ASSERT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 2);
  SqlitePolicyStore::Options options;
  options.minimum_revision = 100;
  Restart(options);
  EXPECT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 100)
      << "or agents that hold 99 would refuse what is in force";
  EXPECT_EQ(Put("a", "x.example").policy.revision(), 101);
  Restart(options);
  EXPECT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 100);
  EXPECT_EQ(Put("a", "x.example").policy.revision(), 102);
  options.minimum_revision = 50;
  Restart(options);
  EXPECT_EQ(store_->SettingsRevision("settings", ByAnn()).value(), 100);
  EXPECT_EQ(Put("a", "x.example").policy.revision(), 103);
}

TEST_F(SqlitePolicyStoreTest, KeepsTheHistoryOfEveryAcceptedChange) {
  Put("a", "x.example");
  ASSERT_TRUE(store_->Delete(Vch("a"), "", ByAnn()).ok());
  ASSERT_FALSE(
      store_->Put(Vch("a"), WhitelistPolicy("y.example"), "*", ByAnn()).ok());
  ASSERT_TRUE(store_->SettingsRevision("settings", ByAnn()).ok());
  Database::Options options;
  options.read_only = true;
  const auto database =
      Database::Open(dir_.File(SqlitePolicyStore::kFileName), options).value();
  Statement select =
      Statement::Prepare(*database,
                         "SELECT revision, kind, vch, actor, note, time_ns, "
                         "payload IS NULL FROM change ORDER BY revision")
          .value();
  std::vector<std::string> changes;
  while (select.Step().value()) {
    changes.push_back(absl::StrCat(
        select.Int64(0), " ", select.Int64(1), " '", select.Text(2), "' ",
        select.Text(3), " ", select.Text(4), " ",
        select.Int64(5) / 1'000'000'000, " ", select.Int64(6)));
  }
  EXPECT_THAT(changes, ElementsAre("1 1 'a' operator/ann because 1700000000 0",
                                   "2 2 'a' operator/ann because 1700000000 1",
                                   "3 3 '' operator/ann because 1700000000 0"));
}

TEST_F(SqlitePolicyStoreTest, TakesAPolicyOfAMillionRules) {
  pullgate::policy::v1::Policy policy;
  for (int i = 0; i < 1'000'000; ++i) {
    policy.add_whitelist(absl::StrCat("registry-", i, ".corp.example"));
  }
  const auto stored = store_->Put(Vch("a"), policy, "", ByAnn());
  ASSERT_TRUE(stored.ok()) << stored.status();
  Restart();
  EXPECT_EQ(store_->Get(Vch("a"))->policy.whitelist_size(), 1'000'000);
}

TEST_F(SqlitePolicyStoreTest, RefusesASecondProcessOnItsDirectory) {
  EXPECT_EQ(TryOpenStore(dir_.path()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace pullgate::pdp
