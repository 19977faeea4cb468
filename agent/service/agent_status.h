// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVICE_AGENT_STATUS_H_
#define PULLGATE_AGENT_SERVICE_AGENT_STATUS_H_

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "agent/audit/event_uploader.h"
#include "agent/audit/spool.h"
#include "agent/authorize/verdict_cache.h"
#include "agent/decide/decision_cache.h"
#include "agent/decide/policy_holder.h"
#include "agent/sync/sync_client.h"
#include "common/identity/vch_id.h"
#include "common/time/clock.h"
#include "pullgate/agent/v1/agent_service.pb.h"

namespace pullgate::agent {

// What the agent's state is put together from. Nothing is owned; all outlives
// its users.
struct AgentStatusSources {
  VchId vch;
  std::string agent_version;
  absl::Time start_time;
  const Clock* wall;
  const PolicyHolder* holder;
  const SyncClient* sync;
  const Spool* spool;
  const EventUploader* uploader;
  const DecisionCache* decisions;
  const VerdictCache* verdicts;
  // Names and addresses in the DNS cache.
  std::function<size_t()> dns_names;
  // What the gate says about itself; null without a gate.
  std::function<void(pullgate::agent::v1::GetStatusResponse::GateStatus*)>
      gate = nullptr;
};

// The agent's state now. Thread-safe; waits for the disk at most.
pullgate::agent::v1::GetStatusResponse AgentStatus(
    const AgentStatusSources& sources);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVICE_AGENT_STATUS_H_
