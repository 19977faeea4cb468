// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_REDACT_H_
#define PULLGATE_COMMON_REGISTRY_REDACT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// Makes text that claims to be an address fit to be quoted, logged or stored:
// everything up to its last '@' becomes "***@" (an image digest's '@' is kept:
// see RedactImage), it is cut at '?' and '#', control characters are escaped,
// invalid UTF-8 is replaced, and what is left is cut to 512 bytes.
std::string RedactAddress(absl::string_view text);

// As RedactAddress, for image references: "name@sha256:<hex>" keeps its digest.
std::string RedactImage(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_REDACT_H_
