// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_ENGINE_H_
#define PULLGATE_AGENT_ENGINE_ENGINE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pullgate::agent {

// A container engine that can be put behind the gate.
enum class Engine { kDocker, kContainerd, kPodman, kSkopeo };

// "docker".
absl::string_view EngineName(Engine engine);

// InvalidArgument: there is none of that name; says which there are.
absl::StatusOr<Engine> ParseEngine(absl::string_view name);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_ENGINE_H_
