// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_ADDRESS_GRAMMAR_H_
#define PULLGATE_COMMON_REGISTRY_ADDRESS_GRAMMAR_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// The grammar behind RegistryAddress::Parse and ParseQuestion; use those. Here
// an error names the problem alone, without the text and without a suggestion.

enum class AddressUse {
  kRule,
  kQuestion,  // a final "/v1/" or "/v2/" is dropped
};

absl::StatusOr<RegistryAddress> ParseAddressGrammar(absl::string_view text,
                                                    AddressUse use);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_ADDRESS_GRAMMAR_H_
