// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_RUN_AGENT_H_
#define PULLGATE_AGENT_SERVER_RUN_AGENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pullgate::agent {

// Runs an agent until SIGTERM or SIGINT. SIGHUP opens the log file anew and
// reads again what may change: the log level, the TLS files, the public CA set;
// everything else needs a restart. What cannot be used is logged, and the old
// stays. To be called from main(), before any thread.
//
// Returns when the agent has stopped, or why it cannot start. An orderly end
// that takes longer than the drain deadline and a few seconds is cut short by
// ending the process; what was recorded is on disk.
absl::Status RunAgent(const std::string& config_file);

// The settings that an agent with this file would run with, as YAML.
absl::StatusOr<std::string> EffectiveAgentConfig(
    const std::string& config_file);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_RUN_AGENT_H_
