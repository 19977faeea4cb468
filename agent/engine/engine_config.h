// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_ENGINE_CONFIG_H_
#define PULLGATE_AGENT_ENGINE_ENGINE_CONFIG_H_

#include <string>

#include "agent/engine/engine.h"
#include "agent/engine/engine_facts.h"

namespace pullgate::agent {

// The script for one engine. Comments in it say what that engine cannot
// express.
std::string EngineConfig(Engine engine, const EngineFacts& facts);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_ENGINE_CONFIG_H_
