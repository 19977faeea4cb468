// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_SHA256_H_
#define PULLGATE_COMMON_CRYPTO_SHA256_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate {

// 32 bytes.
std::string Sha256(absl::string_view data);

// A digest over fields that cannot run into one another: each is preceded by
// its length. 32 bytes.
std::string Sha256OfFields(const std::vector<absl::string_view>& fields);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_SHA256_H_
