// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_IMAGE_REFERENCE_H_
#define PULLGATE_COMMON_REGISTRY_IMAGE_REFERENCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// The parts of an image reference that matter here. Exists only if it parsed.
struct ImageReference {
  // Docker Hub ("docker.io") when the reference names none.
  RegistryAddress registry;
  // The path, without tag and digest: "library/busybox".
  std::string repository;
  // Either may be empty.
  std::string tag;
  std::string digest;
};

// Parses the grammar of distribution/reference, with bracketed IPv6 hosts
// besides (docs/semantics.md §1). InvalidArgument says what is wrong.
absl::StatusOr<ImageReference> ParseImageReference(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_IMAGE_REFERENCE_H_
