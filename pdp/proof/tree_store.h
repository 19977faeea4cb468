// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_TREE_STORE_H_
#define PULLGATE_PDP_PROOF_TREE_STORE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/proof/merkle_tree.h"
#include "pdp/proof/tree_proof.h"

namespace pullgate::pdp {

// Complete subtrees from this level up are stored; lower ones are computed from
// the events, of which one has 4,096.
inline constexpr int kLowestStoredLevel = 12;

// The tree of a ledger's file: nodes that are stored, and those that can be
// computed from events and stored nodes beneath. Of events that were forgotten,
// that are the largest subtrees within each segment, and all above.
//
// Errors are those of SqliteStatus. One thread at a time, like the connection.
class TreeStore final : public NodeSource {
 public:
  // `database`, not owned, outlives it.
  static absl::StatusOr<TreeStore> Open(const Database& database);

  // OutOfRange: it has a leaf that is not on the ledger, or lies within
  // forgotten events. A node of level 12 costs reading 4,096 events at most.
  absl::StatusOr<EventHash> Node(int level, int64_t index) override;

  // In the transaction of the connection.
  absl::Status Put(const TreeNode& node);

 private:
  TreeStore(Statement find, Statement leaves, Statement put);

  absl::StatusOr<std::optional<EventHash>> Stored(int level, int64_t index);
  // From its events alone; nullopt: not all of them are there.
  absl::StatusOr<std::optional<EventHash>> FromEvents(int level, int64_t index);

  Statement find_;
  Statement leaves_;
  Statement put_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_TREE_STORE_H_
