// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/proof/hole_store.h"

#include <utility>

#include "common/status/status_macros.h"

namespace pullgate::pdp {

absl::StatusOr<HoleStore> HoleStore::Open(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add,
      Statement::Prepare(database,
                         "INSERT INTO hole(epoch_id, first_sequence, "
                         "last_sequence, last_hash) VALUES (?, ?, ?, ?)"));
  // Explains(), as SQL.
  PULLGATE_ASSIGN_OR_RETURN(
      Statement explain,
      Statement::Prepare(
          database,
          "DELETE FROM hole WHERE epoch_id = ?1 AND first_sequence >= ?2 AND "
          "last_sequence <= ?3 AND (last_sequence <> ?3 OR last_hash = ?4)"));
  return HoleStore(std::move(add), std::move(explain));
}

HoleStore::HoleStore(Statement add, Statement explain)
    : add_(std::move(add)), explain_(std::move(explain)) {}

absl::Status HoleStore::Add(int64_t epoch_id, const Hole& hole) {
  add_.BindInt64(1, epoch_id);
  add_.BindInt64(2, hole.first_sequence);
  add_.BindInt64(3, hole.last_sequence);
  add_.BindBlob(4, ToBytes(hole.last_hash));
  return add_.Run();
}

absl::Status HoleStore::Explain(int64_t epoch_id,
                                const pullgate::audit::v1::Gap& gap) {
  explain_.BindInt64(1, epoch_id);
  explain_.BindInt64(2, gap.first_sequence());
  explain_.BindInt64(3, gap.last_sequence());
  explain_.BindBlob(4, gap.last_hash());
  return explain_.Run();
}

}  // namespace pullgate::pdp
