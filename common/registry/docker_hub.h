// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_DOCKER_HUB_H_
#define PULLGATE_COMMON_REGISTRY_DOCKER_HUB_H_

#include <array>

#include "absl/strings/string_view.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// Docker Hub is one registry with several names (docs/semantics.md §1).

// The name of an image reference without a registry.
inline constexpr absl::string_view kDockerHubName = "docker.io";
// Where connections to it go.
inline constexpr absl::string_view kDockerHubConnectName =
    "registry-1.docker.io";

// All names; the last is kept for old lists.
inline constexpr std::array<absl::string_view, 4> kDockerHubNames = {
    kDockerHubName, "index.docker.io", kDockerHubConnectName,
    "registry.hub.docker.com"};

// What a wildcard sees besides the name that was asked.
inline constexpr std::array<absl::string_view, 3> kDockerHubWildcardNames = {
    kDockerHubName, "index.docker.io", kDockerHubConnectName};

// Whether a canonical name is one of them.
bool IsDockerHubName(absl::string_view name);

// Whether a question is about Docker Hub under all of its names: one of them,
// on the default port (absent or 443).
bool IsDockerHub(const RegistryAddress& question);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_DOCKER_HUB_H_
