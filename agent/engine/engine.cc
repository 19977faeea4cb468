// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/engine.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pullgate::agent {
namespace {

constexpr std::array<std::pair<Engine, absl::string_view>, 4> kNames = {
    {{Engine::kDocker, "docker"},
     {Engine::kContainerd, "containerd"},
     {Engine::kPodman, "podman"},
     {Engine::kSkopeo, "skopeo"}}};

}  // namespace

absl::string_view EngineName(Engine engine) {
  for (const auto& [known, name] : kNames) {
    if (known == engine) return name;
  }
  return "";
}

absl::StatusOr<Engine> ParseEngine(absl::string_view name) {
  for (const auto& [engine, known] : kNames) {
    if (known == name) return engine;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is no engine that can be set up; there are docker, "
                   "containerd, podman and skopeo"));
}

}  // namespace pullgate::agent
