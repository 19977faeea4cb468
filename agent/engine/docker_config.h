// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_DOCKER_CONFIG_H_
#define PULLGATE_AGENT_ENGINE_DOCKER_CONFIG_H_

#include <string>

#include "agent/engine/engine_facts.h"

namespace pullgate::agent {

// The script (setup_script.h) that puts dockerd behind the gate: a systemd
// drop-in, /etc/docker/certs.d and insecure-registries of daemon.json.
//
// https://docs.docker.com/engine/daemon/proxy/,
// https://docs.docker.com/engine/security/certificates/ and, for insecure
// registries, https://docs.docker.com/reference/cli/dockerd/
std::string DockerConfig(const EngineFacts& facts);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_DOCKER_CONFIG_H_
