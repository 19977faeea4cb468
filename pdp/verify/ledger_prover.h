// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_LEDGER_PROVER_H_
#define PULLGATE_PDP_VERIFY_LEDGER_PROVER_H_

#include <atomic>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"
#include "pdp/verify/ledger_verifier.h"
#include "pullgate/audit/v1/ledger_proof.pb.h"

namespace pullgate::pdp {

// As the wire has it.
pullgate::audit::v1::Checkpoint CheckpointToProto(const Checkpoint& checkpoint);

// Proves things about a ledger's file, beside the PDP that writes it: the RPCs
// of AuditService, without gRPC; audit_service.proto documents the errors. Each
// call reads through a connection of its own, and waits for storage.
// Thread-safe.
class LedgerProver {
 public:
  // Of the ledger in this file. `key`, not owned, outlives it.
  LedgerProver(std::string path, const LedgerKey* key)
      : path_(std::move(path)), key_(key) {}

  absl::StatusOr<pullgate::audit::v1::GetCheckpointResponse> GetCheckpoint(
      const pullgate::audit::v1::GetCheckpointRequest& request) const;
  absl::StatusOr<pullgate::audit::v1::InclusionProof> GetInclusionProof(
      const pullgate::audit::v1::GetInclusionProofRequest& request) const;
  absl::StatusOr<pullgate::audit::v1::ConsistencyProof> GetConsistencyProof(
      const pullgate::audit::v1::GetConsistencyProofRequest& request) const;

  // Verifies the whole ledger with the key's public keys; of `options` only
  // the callbacks and the witnesses count. ResourceExhausted, reason "BUSY":
  // another call is under way.
  absl::StatusOr<LedgerVerdict> Verify(VerifyOptions options);

 private:
  const std::string path_;
  const LedgerKey* const key_;
  std::atomic<bool> verifying_{false};
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_LEDGER_PROVER_H_
