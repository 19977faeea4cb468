// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_PDP_CLIENT_H_
#define PULLGATE_AGENT_DECIDE_PDP_CLIENT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/decide/issued_decision.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// What the agent asks on behalf of its VCH.
struct PdpQuestion {
  RegistryAddress registry;
  // kAbsent: the PDP looks DNS up itself.
  Evidence evidence;
  bool explain = false;
};

// The agent's only view of the PDP's decisions: no protos, no grpc::Status.
//
// Thread-safe; returns by `deadline`. A refusal by policy is OK. Errors mean
// that there is no answer, so the pull must not go ahead on the strength of
// this call: see IsPdpAway.
class PdpClient {
 public:
  virtual ~PdpClient() = default;

  virtual absl::StatusOr<IssuedDecision> CheckPull(const PdpQuestion& question,
                                                   absl::Time deadline) = 0;
};

// Whether `status` says that no PDP answered (Unavailable, DeadlineExceeded) or
// that it had no room (ResourceExhausted): then the agent may go by the policy
// that it holds. Any other error is the PDP's word that it will not answer, and
// a policy from the past is no substitute for it.
inline bool IsPdpAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status);
}

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_PDP_CLIENT_H_
