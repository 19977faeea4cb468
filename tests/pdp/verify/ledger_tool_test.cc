// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/ledger_tool.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/sqlite/database.h"
#include "pdp/verify/ledger_prover.h"
#include "tests/pdp/verify/small_ledger.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::audit::v1;

using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Json(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

// The tool verifies with stored nodes from level 12 up, so that the ledger of
// this test, which stores lower ones, has some that nothing needs.
class LedgerToolTest : public ::testing::Test {
 protected:
  LedgerToolTest() : prover_(ledger_.path(), &ledger_.key()) {
    ledger_.Fill();
    options_.ledger = ledger_.path();
    options_.public_key = files_.File("public.pem");
    WriteFile(options_.public_key, ledger_.key().public_pem());
  }

  LedgerExit Verify() {
    out_.str("");
    err_.str("");
    return VerifyLedgerFile(options_, out_, err_);
  }
  LedgerExit Check(const std::string& json) {
    out_.str("");
    err_.str("");
    options_.proof = files_.File("proof.json");
    WriteFile(options_.proof, json);
    return CheckProofFile(options_, out_, err_);
  }
  pb::InclusionProof Inclusion(const std::string& event_id) {
    pb::GetInclusionProofRequest request;
    request.set_event_id(event_id);
    const auto proof = prover_.GetInclusionProof(request);
    EXPECT_TRUE(proof.ok()) << proof.status();
    return *proof;
  }
  pb::ConsistencyProof Consistency(int64_t first) {
    pb::GetConsistencyProofRequest request;
    request.set_first_size(first);
    const auto proof = prover_.GetConsistencyProof(request);
    EXPECT_TRUE(proof.ok()) << proof.status();
    return *proof;
  }
  // As somebody with the disk.
  void Change(const std::string& sql) {
    auto database = Database::Open(ledger_.path(), {}).value();
    const absl::Status status = database->Execute(sql.c_str());
    ASSERT_TRUE(status.ok()) << status;
  }

  const TempDir files_;
  SmallLedger ledger_;
  LedgerProver prover_;
  LedgerToolOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(LedgerToolTest, VerifiesALedgerThatItsPdpHasOpen) {
  EXPECT_THAT(Verify(), Eq(LedgerExit::kGood)) << out_.str() << err_.str();
  EXPECT_THAT(out_.str(),
              AllOf(StartsWith("good: events at positions 21 to 54"),
                    HasSubstr("those up to 20 forgotten"),
                    HasSubstr("for pullgate/ledger/")));
}

TEST_F(LedgerToolTest, VerifiesACopy) {
  ledger_.Close();
  options_.ledger = files_.File("copy.db");
  WriteFile(options_.ledger, ReadFile(ledger_.path()));
  EXPECT_THAT(Verify(), Eq(LedgerExit::kGood)) << out_.str() << err_.str();
  // And leaves it as it was.
  EXPECT_THAT(ReadFile(options_.ledger) == ReadFile(ledger_.path()), true);
}

TEST_F(LedgerToolTest, PrintsALineForEachFindingAndEndsWithOne) {
  Change("UPDATE event SET payload = x'00' WHERE position = 30");
  EXPECT_THAT(Verify(), Eq(LedgerExit::kFound));
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("\nposition 30, c/e/8: it was"),
                                HasSubstr("\nFOUND: ")))
      << out_.str();
}

TEST_F(LedgerToolTest, AnEarlierStateNeedsACheckpointFromElsewhere) {
  const auto newest = prover_.GetCheckpoint({});
  ASSERT_TRUE(newest.ok()) << newest.status();
  ledger_.Close();
  // All as it was when the last segment ended, whoever looks.
  Change(
      "DELETE FROM event WHERE position > 47;"
      "DELETE FROM checkpoint WHERE tree_size > 47;"
      "DELETE FROM epoch WHERE vch = '';"
      "DELETE FROM tree_node WHERE (node_index + 1) << level > 47;"
      "UPDATE ledger SET last_position = 47");
  const std::string path = files_.File("checkpoint.json");
  WriteFile(path, Json(*newest));
  options_.checkpoints = {path};
  EXPECT_THAT(Verify(), Eq(LedgerExit::kFound));
  EXPECT_THAT(out_.str(), HasSubstr("positions 48 to 54: missing: the given "
                                    "checkpoint is of 54 events"));
}

TEST_F(LedgerToolTest, AnotherKeyIsFoundAtEveryCheckpoint) {
  const LedgerKey other = LedgerKey::FromPem(LedgerKey::NewPem()).value();
  WriteFile(options_.public_key, other.public_pem());
  EXPECT_THAT(Verify(), Eq(LedgerExit::kFound));
  EXPECT_THAT(out_.str(), HasSubstr("signed with another key"));
}

TEST_F(LedgerToolTest, SaysWhatKeepsItFromVerifying) {
  options_.ledger = files_.File("none.db");
  EXPECT_THAT(Verify(), Eq(LedgerExit::kNotVerifiable));
  EXPECT_THAT(err_.str(), HasSubstr("none.db"));
  options_.ledger = options_.public_key;
  EXPECT_THAT(Verify(), Eq(LedgerExit::kNotVerifiable));
  options_.ledger = ledger_.path();
  options_.checkpoints = {options_.public_key};
  EXPECT_THAT(Verify(), Eq(LedgerExit::kNotVerifiable));
  EXPECT_THAT(err_.str(), HasSubstr("not a checkpoint"));
  options_.public_key = "";
  EXPECT_THAT(Verify(), Eq(LedgerExit::kNotVerifiable));
  EXPECT_THAT(err_.str(), HasSubstr("--public_key is missing"));
}

TEST_F(LedgerToolTest, ChecksThatEveryEventIsOnTheLedger) {
  for (const char* id : {"b/e/10", "c/e/6", "a/e/19", "d/e/1", "/ledger/1"}) {
    const pb::InclusionProof proof = Inclusion(id);
    EXPECT_THAT(proof.event_id(), Eq(id));
    EXPECT_THAT(Check(Json(proof)), Eq(LedgerExit::kGood)) << out_.str();
    EXPECT_THAT(out_.str(), StartsWith(absl::StrCat("good: event ", id)));
  }
}

TEST_F(LedgerToolTest, ChecksThatALedgerOnlyGrew) {
  for (const int64_t first : {30, 39, 47, 50}) {
    const pb::ConsistencyProof proof = Consistency(first);
    if (first == 50) {
      EXPECT_THAT(Check(Json(proof)), Eq(LedgerExit::kNotVerifiable));
      EXPECT_THAT(err_.str(), HasSubstr("give one with --checkpoint"));
      continue;
    }
    EXPECT_THAT(Check(Json(proof)), Eq(LedgerExit::kGood)) << out_.str();
    EXPECT_THAT(out_.str(), HasSubstr("are the first of the 54"));
  }
}

TEST_F(LedgerToolTest, RefusesProofsOfOtherThings) {
  pb::InclusionProof proof = Inclusion("b/e/10");
  pb::InclusionProof changed = proof;
  changed.mutable_event()->append("x");
  EXPECT_THAT(Check(Json(changed)), Eq(LedgerExit::kFound));
  changed = proof;
  changed.set_position(changed.position() + 1);
  EXPECT_THAT(Check(Json(changed)), Eq(LedgerExit::kFound));
  changed = proof;
  changed.set_event_id("b/e/11");
  EXPECT_THAT(Check(Json(changed)), Eq(LedgerExit::kFound));
  changed = proof;
  changed.mutable_path(1)->pop_back();
  EXPECT_THAT(Check(Json(changed)), Eq(LedgerExit::kFound));
  changed = proof;
  changed.mutable_checkpoint()->mutable_note()->insert(0, "x");
  EXPECT_THAT(Check(Json(changed)), Eq(LedgerExit::kNotVerifiable));
  EXPECT_THAT(Check("{}"), Eq(LedgerExit::kNotVerifiable));
  EXPECT_THAT(Check(""), Eq(LedgerExit::kNotVerifiable));
}

TEST_F(LedgerToolTest, WhatIsNotThereHasNoProof) {
  pb::GetInclusionProofRequest request;
  EXPECT_TRUE(
      absl::IsInvalidArgument(prover_.GetInclusionProof(request).status()));
  for (const char* id : {"a/e/1000", "x/e/1", "b/e/7", "a/e/1"}) {
    request.set_event_id(id);
    EXPECT_TRUE(absl::IsNotFound(prover_.GetInclusionProof(request).status()))
        << id;
  }
  request.set_event_id("a/e/12");
  request.set_tree_size(55);
  EXPECT_TRUE(absl::IsOutOfRange(prover_.GetInclusionProof(request).status()));
  pb::GetCheckpointRequest checkpoint;
  checkpoint.set_tree_size(31);
  EXPECT_TRUE(absl::IsNotFound(prover_.GetCheckpoint(checkpoint).status()));
  pb::GetConsistencyProofRequest consistency;
  consistency.set_first_size(17);
  EXPECT_TRUE(
      absl::IsOutOfRange(prover_.GetConsistencyProof(consistency).status()));
}

}  // namespace
}  // namespace pullgate::pdp
