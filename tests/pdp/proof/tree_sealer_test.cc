// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/tree_sealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/schema.h"
#include "common/sqlite/transaction.h"
#include "pdp/ledger/ledger_schema.h"
#include "pdp/proof/checkpoint_store.h"
#include "pdp/proof/tree_proof.h"
#include "tests/fakes/fake_clock.h"
#include "tests/pdp/proof/plain_tree.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

constexpr int kLevel = 2;

// The tables of a ledger, with a sealer that stores nodes from level 2 up. The
// events are the texts of their numbers, from 0.
class TreeSealerTest : public ::testing::Test {
 protected:
  TreeSealerTest() {
    database_ = Database::Open(directory_.File("ledger.db"), {}).value();
    EXPECT_TRUE(ApplySchema(LedgerSchema(), database_.get()).ok());
    sealer_ = TryOpen().value();
  }

  absl::StatusOr<std::unique_ptr<TreeSealer>> TryOpen() {
    return TreeSealer::Open(database_.get(), &key_, &clock_, {kLevel});
  }

  void Run(const std::string& sql) {
    const absl::Status status = database_->Execute(sql.c_str());
    ASSERT_TRUE(status.ok()) << status;
  }

  // Events up to `last`, and a segment from `segment` to the last, or none.
  void Append(int64_t last, int64_t segment = 0, bool commit = true) {
    auto transaction = Transaction::Begin(database_.get()).value();
    for (int64_t position = size_ + 1; position <= last; ++position) {
      const std::string payload = absl::StrCat(position - 1);
      Run(absl::StrCat("INSERT INTO event VALUES (", position, ", 1, ",
                       position, ", CAST('", payload, "' AS BLOB))"));
      sealer_->Add(HashEvent(payload));
    }
    Run(absl::StrCat("UPDATE ledger SET last_position = ", last));
    if (segment > 0) {
      Run(absl::StrCat("INSERT INTO segment VALUES (", segment, ",", last,
                       ", 0, 0, 0, 0, x'')"));
    }
    const absl::Status sealed = sealer_->Seal(last, segment > 0 ? last : 0);
    ASSERT_TRUE(sealed.ok()) << sealed;
    if (!commit) return sealer_->Abandoned();
    ASSERT_TRUE(transaction.Commit().ok());
    sealer_->Committed();
    size_ = last;
  }

  // Forgets the events from `first` to `last`, which end a segment.
  void Forget(int64_t first, int64_t last) {
    auto transaction = Transaction::Begin(database_.get()).value();
    const absl::Status forgotten = sealer_->Forget(first, last);
    ASSERT_TRUE(forgotten.ok()) << forgotten;
    Run(absl::StrCat("DELETE FROM event WHERE position <= ", last));
    ASSERT_TRUE(sealer_->Seal(size_, 0).ok());
    ASSERT_TRUE(transaction.Commit().ok());
    sealer_->Committed();
  }

  // The sizes of the checkpoints; each must be signed and of the right root.
  std::string Sizes() {
    const PlainTree tree = PlainTree::OfSize(size_);
    auto select = Statement::Prepare(
        *database_, absl::StrCat("SELECT ", kCheckpointColumns,
                                 " FROM checkpoint ORDER BY tree_size"));
    std::string sizes;
    while (*select->Step()) {
      const Checkpoint checkpoint =
          CheckpointOf(*select, *ReadOrigin(*database_)).value();
      EXPECT_TRUE(VerifySignature(checkpoint, key_.keys()).ok());
      EXPECT_THAT(checkpoint.root, Eq(tree.Mth(0, checkpoint.tree_size)));
      absl::StrAppend(&sizes, checkpoint.tree_size, " ");
    }
    return sizes;
  }

  std::string WhyRefused() {
    const auto opened = TryOpen();
    EXPECT_TRUE(absl::IsDataLoss(opened.status())) << opened.status();
    return std::string(opened.status().message());
  }

  const TempDir directory_;
  FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  LedgerKey key_ = LedgerKey::FromPem(LedgerKey::NewPem()).value();
  std::unique_ptr<Database> database_;
  std::unique_ptr<TreeSealer> sealer_;
  int64_t size_ = 0;
};

TEST_F(TreeSealerTest, EachTransactionReplacesTheNewestCheckpoint) {
  EXPECT_THAT(Sizes(), Eq(""));
  Append(1);
  EXPECT_THAT(Sizes(), Eq("1 "));
  Append(7);
  EXPECT_THAT(Sizes(), Eq("7 "));
  Append(7);
  EXPECT_THAT(Sizes(), Eq("7 "));
}

TEST_F(TreeSealerTest, TheEndOfASegmentKeepsItsCheckpoint) {
  Append(5, /*segment=*/1);
  Append(6);
  Append(9, /*segment=*/6);
  Append(11);
  EXPECT_THAT(Sizes(), Eq("5 9 11 "));
}

TEST_F(TreeSealerTest, SegmentsClosedLaterAndTogetherAreKeptToo) {
  Append(30);
  Run("INSERT INTO segment VALUES (1, 8, 0, 0, 0, 0, x''), "
      "(9, 13, 0, 0, 0, 0, x''), (14, 30, 0, 0, 0, 0, x'')");
  ASSERT_TRUE(sealer_->Seal(30, 30).ok());
  sealer_->Committed();
  EXPECT_THAT(Sizes(), Eq("8 13 30 "));
  Append(31);
  EXPECT_THAT(Sizes(), Eq("8 13 30 31 "));
}

TEST_F(TreeSealerTest, AnAbandonedTransactionLeavesNothing) {
  Append(5);
  Append(12, 0, /*commit=*/false);
  EXPECT_THAT(Sizes(), Eq("5 "));
  Append(6);
  EXPECT_THAT(Sizes(), Eq("6 "));
}

TEST_F(TreeSealerTest, GoesOnAfterARestartAtEverySize) {
  for (int64_t size = 1; size <= 40; ++size) {
    Append(size);
    sealer_ = TryOpen().value();
  }
  EXPECT_THAT(Sizes(), Eq("40 "));
}

TEST_F(TreeSealerTest, ProofsSpanWhatWasForgotten) {
  Append(11, 1);
  Append(26, 12);
  Append(37, 27);
  Append(50);
  Forget(1, 26);
  EXPECT_THAT(Sizes(), Eq("26 37 50 "));
  Forget(27, 37);
  sealer_ = TryOpen().value();
  Append(53);
  PlainTree tree = PlainTree::OfSize(53);
  TreeStore store = TreeStore::Open(*database_).value();
  // From every end of a segment, and from every size since.
  for (const int64_t first : {11, 26, 37, 38, 44, 50, 52}) {
    const auto path = ConsistencyPath(store, first, 53);
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_TRUE(
        VerifyConsistency(first, tree.Mth(0, first), 53, tree.Mth(0, 53), *path)
            .ok())
        << first;
  }
  for (int64_t leaf = 37; leaf < 53; ++leaf) {
    EXPECT_THAT(InclusionPath(store, leaf, 53).value(),
                Eq(tree.Path(leaf, 0, 53)));
  }
  EXPECT_THAT(InclusionPath(store, 17, 53).status().message(),
              HasSubstr("was forgotten"));
}

TEST_F(TreeSealerTest, AChangedTailIsRefused) {
  Append(10);
  Run("UPDATE event SET payload = x'00' WHERE position = 10");
  EXPECT_THAT(WhyRefused(), HasSubstr("not what its newest checkpoint says"));
  EXPECT_THAT(WhyRefused(), HasSubstr("pullgate-ledger verify"));
}

TEST_F(TreeSealerTest, AChangedNodeIsRefused) {
  Append(10);
  Run("UPDATE tree_node SET hash = zeroblob(32) WHERE level = 3");
  EXPECT_THAT(WhyRefused(), HasSubstr("not what its newest checkpoint says"));
  Run("UPDATE tree_node SET hash = x'00' WHERE level = 3");
  EXPECT_THAT(WhyRefused(), HasSubstr("no hash of 32 bytes"));
}

TEST_F(TreeSealerTest, ATailThatWasCutOffIsRefused) {
  Append(10);
  Run("DELETE FROM event WHERE position = 10");
  EXPECT_THAT(WhyRefused(), HasSubstr("position 10 is not on the ledger"));
  Run("UPDATE ledger SET last_position = 9");
  EXPECT_THAT(WhyRefused(), HasSubstr("9 events, and a checkpoint of 10"));
  Run("DELETE FROM checkpoint");
  EXPECT_THAT(WhyRefused(), HasSubstr("9 events and no signed checkpoint"));
}

TEST_F(TreeSealerTest, WhatAnotherKeySignedIsRefusedUnlessItIsAnEarlierOne) {
  Append(10);
  const std::string earlier = key_.public_pem();
  const std::string pem = LedgerKey::NewPem();
  key_ = LedgerKey::FromPem(pem).value();
  EXPECT_THAT(WhyRefused(), HasSubstr("another key"));
  EXPECT_THAT(WhyRefused(), HasSubstr("append the public key"));
  key_ = LedgerKey::FromPem(absl::StrCat(pem, earlier)).value();
  sealer_ = TryOpen().value();
  Append(11);
  EXPECT_THAT(Sizes(), Eq("11 "));
}

TEST_F(TreeSealerTest, OldEventsAreNotReadToOpen) {
  Append(100);
  Run("UPDATE event SET payload = x'00' WHERE position < 96");
  EXPECT_TRUE(TryOpen().ok());
}

}  // namespace
}  // namespace pullgate::pdp
