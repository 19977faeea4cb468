// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_SYNC_OBSERVER_H_
#define PULLGATE_PDP_SERVICE_SYNC_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/caller.h"
#include "pdp/fleet/fleet.h"

namespace pullgate::pdp {

// Sees agents come, follow and go: logs, metrics. Thread-safe; never waits or
// fails.
class SyncObserver {
 public:
  virtual ~SyncObserver() = default;

  // `current`: the revision in force. An agent that holds a higher one would
  // refuse it: this PDP's data is older than what the agent has seen.
  virtual void AgentJoined(const FleetMember& member, int64_t current) = 0;
  virtual void PolicyAcked(const VchId& vch, int64_t revision) = 0;
  // The agent could not use a policy and goes on by what it had.
  virtual void PolicyRefused(const VchId& vch, int64_t revision,
                             absl::string_view why) = 0;
  virtual void AgentLeft(const VchId& vch) = 0;
  // A message of the agent that ended its stream.
  virtual void StreamFailed(const Caller& caller,
                            const absl::Status& status) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_SYNC_OBSERVER_H_
