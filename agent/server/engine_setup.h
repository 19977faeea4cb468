// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_ENGINE_SETUP_H_
#define PULLGATE_AGENT_SERVER_ENGINE_SETUP_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/gate/gate_options.h"

namespace pullgate::agent {

// The script that puts an engine, by its name, behind the gate of the agent
// with this configuration file (agent/engine/engine_config.h), by the policy
// that it last received. The agent may be running.
//
// InvalidArgument: there is no such engine, or the configuration is wrong.
// FailedPrecondition: it has no gate that an engine could be pointed to.
absl::StatusOr<std::string> EngineSetup(const std::string& config_file,
                                        absl::string_view engine);

// Where engines find a gate: the loopback address of the same family if it
// listens on all addresses. FailedPrecondition: there is no gate, or its port
// is any free one.
absl::StatusOr<std::string> GateAddress(const GateOptions& options);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_ENGINE_SETUP_H_
