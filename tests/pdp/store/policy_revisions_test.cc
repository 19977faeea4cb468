// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/pdp/store/store_fixture.h"
#include "tests/support/audit_events.h"

namespace pullgate::pdp {
namespace {

using pullgate::policy::v1::PolicyRevision;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kNewest = std::numeric_limits<int64_t>::max();

class PolicyRevisionsTest : public testing::Test {
 protected:
  int64_t Put(absl::string_view vch, absl::string_view rule,
              const Change& change = ByAnn()) {
    return store_->Put(Vch(vch), WhitelistPolicy(rule), "", change)
        .value()
        .policy.revision();
  }

  std::vector<int64_t> Revisions(absl::string_view vch, int64_t before,
                                 int limit) {
    std::vector<int64_t> numbers;
    const auto page = store_->ListRevisions(Vch(vch), before, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const PolicyRevision& revision : page.value()) {
      numbers.push_back(revision.revision());
    }
    return numbers;
  }

  const TempDir dir_;
  OpenedStore store_ = OpenStore(dir_.path());
};

TEST_F(PolicyRevisionsTest, AreListedFromTheNewestOn) {
  const int64_t first = Put("a", "one.example");
  Put("b", "other.example");
  const int64_t second = Put("a", "two.example");
  const int64_t gone = store_->Delete(Vch("a"), "", ByAnn()).value();
  EXPECT_THAT(Revisions("a", kNewest, 10), ElementsAre(gone, second, first));
  EXPECT_THAT(Revisions("a", kNewest, 2), ElementsAre(gone, second));
  EXPECT_THAT(Revisions("a", second, 2), ElementsAre(first));
  EXPECT_THAT(Revisions("c", kNewest, 10), IsEmpty());
}

TEST_F(PolicyRevisionsTest, SayWhoWhenWhyAndWhatWasReported) {
  Change change = ByAnn();
  change.report.add_findings()->set_code("MODE_OPEN");
  change.report.mutable_impact()->set_trust_changed(true);
  change.report.set_restored_revision(7);
  Put("a", "one.example", change);
  Put("a", "two.example");
  ASSERT_TRUE(store_->Delete(Vch("a"), "", ByAnn()).ok());
  const auto revisions = store_->ListRevisions(Vch("a"), kNewest, 10).value();
  ASSERT_EQ(revisions.size(), 3u);
  EXPECT_EQ(revisions[0].kind(), PolicyRevision::KIND_DELETED);
  EXPECT_EQ(revisions[1].kind(), PolicyRevision::KIND_SET);
  const PolicyRevision& first = revisions[2];
  EXPECT_EQ(first.kind(), PolicyRevision::KIND_ROLLED_BACK);
  EXPECT_EQ(first.restored_revision(), 7);
  EXPECT_EQ(first.name(), "vchs/a/policy");
  EXPECT_EQ(first.actor(), "operator/ann");
  EXPECT_EQ(first.change_note(), "because");
  EXPECT_EQ(first.time().seconds(), 1'700'000'000);
  EXPECT_EQ(first.time().nanos(), 250'000'000);
  EXPECT_EQ(first.findings(0).code(), "MODE_OPEN");
  EXPECT_TRUE(first.impact().trust_changed());
}

TEST_F(PolicyRevisionsTest, KeepTheirContentForGood) {
  const int64_t first = Put("a", "one.example");
  Put("a", "two.example");
  const int64_t gone = store_->Delete(Vch("a"), "", ByAnn()).value();
  store_ = OpenedStore();
  store_ = OpenStore(dir_.path());
  const auto past = store_->GetRevision(Vch("a"), first).value();
  ASSERT_TRUE(past.has_value());
  EXPECT_EQ(past->whitelist(0), "one.example");
  EXPECT_EQ(past->revision(), first);
  EXPECT_FALSE(store_->GetRevision(Vch("a"), gone)->has_value());
}

TEST_F(PolicyRevisionsTest, BelongToOneVch) {
  const int64_t first = Put("a", "one.example");
  for (const auto& [vch, revision] :
       std::vector<std::pair<std::string, int64_t>>{
           {"b", first}, {"a", first + 1}, {"a", 0}, {"a", -1}}) {
    EXPECT_EQ(store_->GetRevision(Vch(vch), revision).status().code(),
              absl::StatusCode::kNotFound)
        << vch << " " << revision;
  }
}

TEST_F(PolicyRevisionsTest, SettingsAreNoRevisionOfAPolicy) {
  const int64_t settings = store_->SettingsRevision("x", ByAnn()).value();
  Put("a", "one.example");
  EXPECT_FALSE(store_->GetRevision(Vch("a"), settings).ok());
  EXPECT_EQ(Revisions("a", kNewest, 10).size(), 1u);
}

TEST_F(PolicyRevisionsTest, OfAnEarlierSchemaHaveNoReport) {
  const int64_t first = Put("a", "one.example");
  store_ = OpenedStore();
  {
    // The first version of the schema had no such column.
    const auto database =
        Database::Open(
            absl::StrCat(dir_.path(), "/", SqlitePolicyStore::kFileName), {})
            .value();
    ASSERT_TRUE(database
                    ->Execute("ALTER TABLE change DROP COLUMN report; "
                              "PRAGMA user_version = 1;")
                    .ok());
  }
  store_ = OpenStore(dir_.path());
  const int64_t second = Put("a", "two.example");
  EXPECT_THAT(Revisions("a", kNewest, 10), ElementsAre(second, first));
  const auto old = store_->ListRevisions(Vch("a"), second, 1).value().at(0);
  EXPECT_EQ(old.actor(), "operator/ann");
  EXPECT_EQ(old.kind(), PolicyRevision::KIND_SET);
  EXPECT_FALSE(old.has_impact());
  EXPECT_EQ(store_->GetRevision(Vch("a"), first).value()->whitelist(0),
            "one.example");
}

TEST_F(PolicyRevisionsTest, AReportThatDoesNotParseIsDataLoss) {
  Put("a", "one.example");
  store_ = OpenedStore();
  {
    const auto database =
        Database::Open(
            absl::StrCat(dir_.path(), "/", SqlitePolicyStore::kFileName), {})
            .value();
    ASSERT_TRUE(database->Execute("UPDATE change SET report = x'ff'").ok());
  }
  store_ = OpenStore(dir_.path());
  EXPECT_EQ(store_->ListRevisions(Vch("a"), kNewest, 10).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace pullgate::pdp
