// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_CONTAINERD_CONFIG_H_
#define PULLGATE_AGENT_ENGINE_CONTAINERD_CONFIG_H_

#include <string>

#include "agent/engine/engine_facts.h"

namespace pullgate::agent {

// The script (setup_script.h) that puts containerd behind the gate: a systemd
// drop-in, and hosts.toml files in /etc/containerd/certs.d.
//
// https://github.com/containerd/containerd/blob/main/docs/hosts.md
std::string ContainerdConfig(const EngineFacts& facts);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_CONTAINERD_CONFIG_H_
