// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/engine_config.h"

#include "agent/engine/containerd_config.h"
#include "agent/engine/containers_config.h"
#include "agent/engine/docker_config.h"

namespace pullgate::agent {

std::string EngineConfig(Engine engine, const EngineFacts& facts) {
  switch (engine) {
    case Engine::kDocker:
      return DockerConfig(facts);
    case Engine::kContainerd:
      return ContainerdConfig(facts);
    case Engine::kPodman:
      return PodmanConfig(facts);
    case Engine::kSkopeo:
      return SkopeoConfig(facts);
  }
  return "";
}

}  // namespace pullgate::agent
