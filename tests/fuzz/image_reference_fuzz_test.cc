// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Image references.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/registry/image_reference.h"
#include "common/registry/redact.h"
#include "tests/fuzz/require.h"

namespace pullgate::fuzz {
namespace {

// So that it reads as a registry, and not as the first part of a path.
std::string Registry(const RegistryAddress& registry) {
  const std::string port =
      registry.port() ? absl::StrCat(":", *registry.port()) : "";
  if (registry.name() != nullptr) {
    return absl::AsciiStrToUpper(registry.name()->text()) + port;
  }
  const std::string shown = registry.address()->ToString();
  return registry.address()->is_v4() ? shown + port
                                     : absl::StrCat("[", shown, "]", port);
}

void Check(absl::string_view text) {
  const absl::StatusOr<ImageReference> image = ParseImageReference(text);
  const std::string redacted = RedactImage(text);
  Require(redacted.size() <= 600, "what is quoted is short", text);
  if (!image.ok()) {
    Require(!image.status().message().empty(), "a refusal says why", text);
    return;
  }
  Require(!image->registry.scheme().has_value(), "it has no scheme", text);
  Require(!image->repository.empty(), "it has a path", text);
  const absl::StatusOr<RegistryAddress> registry =
      RegistryAddress::Parse(image->registry.ToString());
  Require(registry.ok() && *registry == image->registry,
          "its registry reads as itself", text);
  const std::string spelled =
      absl::StrCat(Registry(image->registry), "/", image->repository,
                   image->tag.empty() ? "" : ":", image->tag,
                   image->digest.empty() ? "" : "@", image->digest);
  if (spelled.size() > 255) return;  // what was left out made it fit
  const absl::StatusOr<ImageReference> again = ParseImageReference(spelled);
  Require(again.ok(), "its parts put together read", spelled);
  Require(again->registry == image->registry &&
              again->repository == image->repository &&
              again->tag == image->tag && again->digest == image->digest,
          "its parts put together read as the same", spelled);
}

}  // namespace
}  // namespace pullgate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pullgate::fuzz::Check({reinterpret_cast<const char*>(data), size});
  return 0;
}
