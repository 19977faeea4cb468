// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_CHECKPOINT_STORE_H_
#define PULLGATE_PDP_PROOF_CHECKPOINT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/proof/checkpoint.h"

namespace pullgate::pdp {

// Columns of the table `checkpoint`, in the order in which CheckpointOf() reads
// and BindCheckpoint() writes them.
inline constexpr char kCheckpointColumns[] =
    "tree_size, root, time_ns, signature";

// The checkpoint in the row that `row` is at. DataLoss: its root is none.
absl::StatusOr<Checkpoint> CheckpointOf(const Statement& row,
                                        const std::string& origin);
void BindCheckpoint(const Checkpoint& checkpoint, Statement& statement);

// What the checkpoints of this ledger have in their first line.
absl::StatusOr<std::string> ReadOrigin(const Database& database);

// The newest checkpoint, or the one of that size. Nullopt: there is none.
// Errors, in all of these, are those of SqliteStatus.
absl::StatusOr<std::optional<Checkpoint>> NewestCheckpoint(
    const Database& database);
absl::StatusOr<std::optional<Checkpoint>> FindCheckpoint(
    const Database& database, int64_t tree_size);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_CHECKPOINT_STORE_H_
