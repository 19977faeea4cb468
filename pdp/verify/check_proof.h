// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_CHECK_PROOF_H_
#define PULLGATE_PDP_VERIFY_CHECK_PROOF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/proof/ledger_key.h"

namespace pullgate::pdp {

// Checks an exported proof: the JSON of an InclusionProof or ConsistencyProof,
// without a ledger. Checkpoints that are given count before those that the
// proof brings. Returns what it proves, as a sentence.
//
// PermissionDenied: the proof is wrong, or a checkpoint in it was not signed by
// `keys`. InvalidArgument: it cannot be checked, being no proof, or without a
// checkpoint of its size.
absl::StatusOr<std::string> CheckProof(absl::string_view json,
                                       const PublicKeys& keys,
                                       const std::vector<Checkpoint>& given);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_CHECK_PROOF_H_
