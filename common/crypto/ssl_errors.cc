// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/ssl_errors.h"

#include <openssl/err.h>

#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace pullgate {

std::string DrainSslErrors() {
  std::vector<std::string> reasons;
  while (const unsigned long code = ERR_get_error()) {  // NOLINT: its type
    const char* reason = ERR_reason_error_string(code);
    reasons.push_back(reason != nullptr ? reason
                                        : std::to_string(ERR_GET_REASON(code)));
  }
  return absl::StrJoin(reasons, "; ");
}

}  // namespace pullgate
