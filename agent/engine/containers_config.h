// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_CONTAINERS_CONFIG_H_
#define PULLGATE_AGENT_ENGINE_CONTAINERS_CONFIG_H_

#include <string>

#include "agent/engine/engine_facts.h"

namespace pullgate::agent {

// The scripts (setup_script.h) that put podman (and buildah), and skopeo behind
// the gate: proxy settings, in containers.conf and in a file for the shell,
// /etc/containers/certs.d, and insecure registries in registries.conf.
//
// containers.conf(5), containers-certs.d(5), containers-registries.conf(5)
std::string PodmanConfig(const EngineFacts& facts);
std::string SkopeoConfig(const EngineFacts& facts);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_CONTAINERS_CONFIG_H_
