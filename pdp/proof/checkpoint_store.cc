// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/checkpoint_store.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

absl::StatusOr<std::optional<Checkpoint>> First(const Database& database,
                                                Statement& select) {
  PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return std::optional<Checkpoint>();
  PULLGATE_ASSIGN_OR_RETURN(const std::string origin, ReadOrigin(database));
  PULLGATE_ASSIGN_OR_RETURN(Checkpoint checkpoint,
                            CheckpointOf(select, origin));
  return std::optional<Checkpoint>(std::move(checkpoint));
}

}  // namespace

absl::StatusOr<Checkpoint> CheckpointOf(const Statement& row,
                                        const std::string& origin) {
  Checkpoint checkpoint;
  checkpoint.origin = origin;
  checkpoint.tree_size = row.Int64(0);
  const auto root = EventHashFromBytes(row.Blob(1));
  if (!root) {
    return absl::DataLossError(absl::StrCat("the checkpoint of size ",
                                            checkpoint.tree_size,
                                            " has no root of 32 bytes"));
  }
  checkpoint.root = *root;
  checkpoint.time = absl::FromUnixNanos(row.Int64(2));
  checkpoint.signature = std::string(row.Blob(3));
  return checkpoint;
}

void BindCheckpoint(const Checkpoint& checkpoint, Statement& statement) {
  statement.BindInt64(1, checkpoint.tree_size);
  statement.BindBlob(2, ToBytes(checkpoint.root));
  statement.BindInt64(3, absl::ToUnixNanos(checkpoint.time));
  statement.BindBlob(4, checkpoint.signature);
}

absl::StatusOr<std::string> ReadOrigin(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database, "SELECT name FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return OriginOf(select.Text(0));
}

absl::StatusOr<std::optional<Checkpoint>> NewestCheckpoint(
    const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database, absl::StrCat("SELECT ", kCheckpointColumns,
                                 " FROM checkpoint ORDER BY tree_size DESC "
                                 "LIMIT 1")));
  return First(database, select);
}

absl::StatusOr<std::optional<Checkpoint>> FindCheckpoint(
    const Database& database, int64_t tree_size) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         absl::StrCat("SELECT ", kCheckpointColumns,
                                      " FROM checkpoint WHERE tree_size = ?")));
  select.BindInt64(1, tree_size);
  return First(database, select);
}

}  // namespace pullgate::pdp
