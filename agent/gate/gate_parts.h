// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_GATE_PARTS_H_
#define PULLGATE_AGENT_GATE_GATE_PARTS_H_

#include "agent/audit/spool.h"
#include "agent/authorize/pull_authorizer.h"
#include "agent/decide/policy_holder.h"
#include "agent/verify/registry_verifier.h"
#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// What the gate works with. Nothing is owned; all outlives it.
struct GateParts {
  PullAuthorizer* authorizer;
  const PolicyHolder* holder;
  RegistryVerifier* verifier;
  Spool* spool;
  const Logger* log;
  Metrics* metrics;
  const Clock* wall;
  const Clock* boot;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_GATE_PARTS_H_
