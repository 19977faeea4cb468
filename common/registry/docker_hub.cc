// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/registry/docker_hub.h"

#include <algorithm>

namespace pullgate {

bool IsDockerHubName(absl::string_view name) {
  return std::find(kDockerHubNames.begin(), kDockerHubNames.end(), name) !=
         kDockerHubNames.end();
}

bool IsDockerHub(const RegistryAddress& question) {
  const DnsName* const name = question.name();
  return name != nullptr && IsDockerHubName(name->text()) &&
         question.port().value_or(443) == 443;
}

}  // namespace pullgate
