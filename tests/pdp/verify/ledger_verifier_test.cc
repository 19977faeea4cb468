// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/ledger_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/sqlite/transaction.h"
#include "tests/pdp/verify/small_ledger.h"

namespace pullgate::pdp {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> TextsOf(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  texts.reserve(findings.size());
  for (const Finding& finding : findings) texts.push_back(ToString(finding));
  return texts;
}

class LedgerVerifierTest : public ::testing::Test {
 protected:
  LedgerVerifierTest() {
    ledger_.Fill();
    ledger_.Close();
  }

  // What is found after `sql`, which is not kept.
  std::vector<std::string> After(const std::string& sql) {
    auto database = Database::Open(ledger_.path(), {}).value();
    const auto transaction = Transaction::Begin(database.get());
    const absl::Status status = database->Execute(sql.c_str());
    EXPECT_TRUE(status.ok()) << status;
    return TextsOf(ledger_.Verify(*database));
  }

  SmallLedger ledger_;
};

TEST_F(LedgerVerifierTest, FindsNothingOnALedgerAsItWasWritten) {
  EXPECT_THAT(TextsOf(ledger_.Verify()), IsEmpty());
}

TEST_F(LedgerVerifierTest, NamesAChangedEvent) {
  EXPECT_THAT(
      After("UPDATE event SET payload = CAST(replace(payload, 'Corp CA', "
            "'Evil CA') AS BLOB) WHERE position = 24"),
      AllOf(Contains(HasSubstr("position 24, b/e/13: it was changed")),
            Contains(HasSubstr("do not have the root of the signed"))));
}

TEST_F(LedgerVerifierTest, NamesARemovedEvent) {
  EXPECT_THAT(After("DELETE FROM event WHERE position = 24"),
              AllOf(Contains(HasSubstr("position 24: missing")),
                    Contains(HasSubstr("b/e/13: missing"))));
}

TEST_F(LedgerVerifierTest, NamesAForgedCheckpoint) {
  EXPECT_THAT(After("UPDATE checkpoint SET time_ns = time_ns + 1 WHERE "
                    "tree_size = 30"),
              ElementsAre(HasSubstr("position 30: the checkpoint of 30 events "
                                    "was changed: its signature is wrong")));
}

TEST_F(LedgerVerifierTest, NamesAChangedIndex) {
  EXPECT_THAT(After("UPDATE segment_column SET data = (SELECT data FROM "
                    "segment_column WHERE column_id = 21 * 64 + 2) WHERE "
                    "column_id = 21 * 64 + 3"),
              ElementsAre(HasSubstr("what lists are answered from")));
}

}  // namespace
}  // namespace pullgate::pdp
