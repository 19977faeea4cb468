// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_AGENT_STORAGE_H_
#define PULLGATE_AGENT_SERVER_AGENT_STORAGE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "agent/audit/spool.h"
#include "agent/server/agent_options.h"
#include "agent/sync/last_policy_store.h"
#include "common/files/data_directory.h"
#include "common/observe/log.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// What the agent keeps on disk.
struct AgentStorage {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<Spool> spool;
  std::unique_ptr<LastPolicyStore> last_policy;
};

// Opens it. A damaged file is set aside, for somebody to look at, and logged;
// the agent goes on with a new one: a new spool has a new epoch, a new policy
// comes from the PDP. What the disk does not let open, being full, is waited
// for: until then no event is recorded and no policy stored. Other errors say
// what to do. `clock` and `log` outlive the result.
absl::StatusOr<AgentStorage> OpenAgentStorage(const AgentOptions& options,
                                              const Clock& clock,
                                              const Logger& log);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_AGENT_STORAGE_H_
