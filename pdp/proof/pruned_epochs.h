// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_PRUNED_EPOCHS_H_
#define PULLGATE_PDP_PROOF_PRUNED_EPOCHS_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/sqlite/database.h"

namespace pullgate::pdp {

// Retention.epochs_hash: over what the ledger keeps of the epochs of which it
// forgot something. SHA-256 over one line for each of them, in the order of VCH
// and name: "{vch}/{name} {pruned_sequence} {pruned_hash in hex}\n". 32 bytes.
// Errors are those of SqliteStatus.
absl::StatusOr<std::string> HashPrunedEpochs(const Database& database);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_PRUNED_EPOCHS_H_
