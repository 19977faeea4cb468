// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_ADDRESS_SUGGESTION_H_
#define PULLGATE_COMMON_REGISTRY_ADDRESS_SUGGESTION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

// The registry address that a malformed text was probably meant to be, in
// canonical form, or "" if none is likely. It drops what an address never has:
// user and password, query, fragment, path, an unknown scheme, blanks around
// the text, invisible characters, doubled dots, an empty port, a zone id; it
// decodes percent-escapes and puts brackets where they belong. Only ever shown
// to a person, never used.
std::string SuggestAddress(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_ADDRESS_SUGGESTION_H_
