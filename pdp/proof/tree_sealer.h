// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_TREE_SEALER_H_
#define PULLGATE_PDP_PROOF_TREE_SEALER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "common/time/clock.h"
#include "pdp/ledger/ledger_sealer.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/proof/merkle_tree.h"
#include "pdp/proof/tree_store.h"

namespace pullgate::pdp {

// Keeps a ledger's tree, and signs it: in every transaction the nodes that it
// completes, a checkpoint of everything, which replaces that of the transaction
// before, and one that stays for the end of each segment that it closes. Of
// what is forgotten the nodes that proofs need stay, and the checkpoint at the
// cut.
class TreeSealer final : public LedgerSealer {
 public:
  struct Options {
    // For tests: see kLowestStoredLevel.
    int lowest_stored_level = kLowestStoredLevel;
  };

  // Goes on where the file ends. DataLoss: its newest events and nodes are not
  // what its newest checkpoint says, or there is none, or none of `key`'s keys
  // signed it: somebody changed the file, and to go on would be to vouch for
  // that. None of the arguments is owned; all outlive the sealer.
  static absl::StatusOr<std::unique_ptr<TreeSealer>> Open(Database* database,
                                                          const LedgerKey* key,
                                                          const Clock* clock,
                                                          Options options);

  void Add(const EventHash& hash) override;
  absl::Status Forget(int64_t first, int64_t last) override;
  absl::Status Seal(int64_t last_position, int64_t segment_end) override;
  void Committed() override;
  void Abandoned() override;

 private:
  struct Statements {
    Statement add_checkpoint;
    Statement drop_newest;
    Statement keep;
    Statement sizes_to_keep;
    Statement kept_within;
    Statement drop_before;
  };

  TreeSealer(const LedgerKey* key, const Clock* clock, Options options,
             std::string origin, TreeStore store, Statements statements,
             TreeFrontier frontier);

  static absl::StatusOr<Statements> PrepareAll(const Database& database);
  absl::Status AddCheckpoint(int64_t tree_size, const EventHash& root,
                             bool kept);
  absl::Status KeepSegments(int64_t segment_end);
  // The numbers that `select`, with its parameters bound, has for rows.
  static absl::StatusOr<std::vector<int64_t>> Numbers(Statement& select);

  const LedgerKey* const key_;
  const Clock* const clock_;
  const Options options_;
  const std::string origin_;
  TreeStore store_;
  Statements statements_;
  TreeFrontier committed_;
  TreeFrontier frontier_;
  std::vector<TreeNode> completed_;  // and not yet stored
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_TREE_SEALER_H_
