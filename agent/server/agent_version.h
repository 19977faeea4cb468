// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVER_AGENT_VERSION_H_
#define PULLGATE_AGENT_SERVER_AGENT_VERSION_H_

namespace pullgate::agent {

// What the agent calls itself to operators and to the PDP. CHANGELOG.md says
// what is in it.
inline constexpr char kAgentVersion[] = "0.1.0";

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVER_AGENT_VERSION_H_
