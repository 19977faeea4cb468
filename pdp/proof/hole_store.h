// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_HOLE_STORE_H_
#define PULLGATE_PDP_PROOF_HOLE_STORE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/proof/event_chain.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The holes of a ledger's epochs that no gap event has explained yet. In the
// transactions of the connection; errors are those of SqliteStatus.
class HoleStore {
 public:
  // `database`, not owned, outlives it.
  static absl::StatusOr<HoleStore> Open(const Database& database);

  absl::Status Add(int64_t epoch_id, const Hole& hole);

  // Takes off what `gap`, of that epoch, explains.
  absl::Status Explain(int64_t epoch_id, const pullgate::audit::v1::Gap& gap);

 private:
  HoleStore(Statement add, Statement explain);

  Statement add_;
  Statement explain_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_HOLE_STORE_H_
