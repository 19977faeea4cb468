// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_DECIDE_H_
#define PULLGATE_COMMON_POLICY_DECIDE_H_

#include "absl/status/statusor.h"
#include "common/policy/decision.h"
#include "common/policy/evidence.h"
#include "common/policy/policy_snapshot.h"
#include "common/registry/registry_address.h"

namespace pullgate {

struct DecideOptions {
  bool explain = false;
};

// Answers one question by one policy on given evidence: docs/semantics.md
// §§3-5.
//
// Pure: no clock, no network, no state. Thread-safe. The same arguments always
// give the same answer.
//
// InvalidArgument: the evidence is of the wrong kind for the question
// (addresses for an address, names for a name) or exceeds its bounds. Refusal
// is not an error.
absl::StatusOr<Decision> Decide(const PolicySnapshot& policy,
                                const RegistryAddress& question,
                                const Evidence& evidence,
                                const DecideOptions& options = {});

// The host whose addresses are the evidence for `question`, and to which its
// routes lead: registry-1.docker.io for Docker Hub on its default port, else
// the host that was asked.
RegistryHost ConnectHost(const RegistryAddress& question);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_DECIDE_H_
