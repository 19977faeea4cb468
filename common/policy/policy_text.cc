// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/policy_text.h"

namespace pullgate {

std::vector<std::string> DefaultUnpinnableAddresses() {
  return {"0.0.0.0/8",   "127.0.0.0/8", "169.254.0.0/16",
          "224.0.0.0/4", "240.0.0.0/4", "::",
          "::1",         "fe80::/10",   "ff00::/8"};
}

}  // namespace pullgate
