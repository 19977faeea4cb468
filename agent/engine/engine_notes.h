// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What the set-up of several engines has in common.

#ifndef PULLGATE_AGENT_ENGINE_ENGINE_NOTES_H_
#define PULLGATE_AGENT_ENGINE_ENGINE_NOTES_H_

#include <string>
#include <vector>

#include "agent/engine/engine.h"
#include "agent/engine/engine_facts.h"
#include "agent/engine/setup_script.h"

namespace pullgate::agent {

// A script that says at its top what it does, and what holds for every engine.
SetupScript BeginScript(Engine engine, const EngineFacts& facts);

// "http://127.0.0.1:3128".
std::string GateUrl(const EngineFacts& facts);

// Files of the systemd unit `unit`, to be read before those of later number.
void PutSystemdDropIn(Engine engine, const EngineFacts& facts,
                      SetupScript& script);

// Registries whose certificates the same CAs of the policy vouch for.
struct CaGroup {
  std::string pem;
  std::vector<std::string> registries;
};
// Verified registries only, Docker Hub not among them: the public CAs vouch for
// it, and engines disagree on what they call it.
std::vector<CaGroup> CaGroups(const EngineFacts& facts);

// Which registries a CA of the policy vouches for and no CA file is for.
void ExplainMissingCas(Engine engine, const EngineFacts& facts,
                       SetupScript& script);

// Broad rules of the insecure list, those of `kind` or all, as "place text".
std::vector<std::string> Listed(const std::vector<BroadRule>& rules);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_ENGINE_NOTES_H_
