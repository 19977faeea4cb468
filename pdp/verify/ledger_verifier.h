// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_LEDGER_VERIFIER_H_
#define PULLGATE_PDP_VERIFY_LEDGER_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/proof/tree_store.h"
#include "pdp/verify/findings.h"

namespace pullgate::pdp {

// What is known once a whole ledger was read.
struct LedgerVerdict {
  // Of the events that are there; both 0 if there is none.
  int64_t first_position = 0;
  int64_t last_position = 0;
  // Events that the ledger says it was told to forget.
  int64_t forgotten = 0;
  // Every event up to this position is vouched for by a signature.
  int64_t proven = 0;
  // The newest checkpoint that is right.
  std::optional<Checkpoint> newest;
  int64_t findings = 0;
};

// Opens a ledger's file for VerifyLedger(), also while a PDP writes it; nothing
// of it is changed. FailedPrecondition: it is no ledger of this version.
absl::StatusOr<std::unique_ptr<Database>> OpenLedgerAsFound(
    const std::string& path);

struct VerifyOptions {
  // Who may have signed. Not owned.
  const PublicKeys* keys = nullptr;
  // Checkpoints exported earlier. Their signatures are verified too.
  std::vector<Checkpoint> witnesses;
  // Called with each finding, in the order in which they are made.
  std::function<void(const Finding&)> on_finding;
  // Called now and then with the position reached and the last one; false:
  // give up. May be empty.
  std::function<bool(int64_t position, int64_t last)> on_progress;
  // For tests.
  int lowest_stored_level = kLowestStoredLevel;
};

// Reads all of a ledger, at one moment, and holds everything that is stored
// against everything else, and against the signatures: each event against the
// next of its epoch, holes against the gap events that explain them, what
// lists are answered from against the events, the tree's nodes against them
// too, signed roots against the tree, what was forgotten against the record of
// it. Memory grows with the number of epochs, not of events.
//
// A finding is not an error. Those are of SqliteStatus; InvalidArgument: a
// witness is of another ledger or another key; Cancelled: given up.
absl::StatusOr<LedgerVerdict> VerifyLedger(Database* database,
                                           const VerifyOptions& options);

// The same, within a transaction of the caller's.
absl::StatusOr<LedgerVerdict> VerifySnapshot(const Database& database,
                                             const VerifyOptions& options);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_LEDGER_VERIFIER_H_
