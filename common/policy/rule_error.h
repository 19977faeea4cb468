// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_RULE_ERROR_H_
#define PULLGATE_COMMON_POLICY_RULE_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// InvalidArgument about the text of a rule:
//
//   "*example.com": a '*' stands alone before the first dot; did you mean
//   "*.example.com"?
//
// The text is quoted redacted. `meant` may be empty.
absl::Status RuleError(absl::string_view text, absl::string_view problem,
                       absl::string_view meant = "");

// The wildcard that "*example.com" or "reg*.example.com", or the block that
// "192.168.*", was probably meant to be; "" if none is likely.
std::string SuggestForStar(absl::string_view text);

// The block that a malformed "address/length" was probably meant to be, in
// canonical form; "" if none is likely. It drops a scheme, brackets, ports and
// a path, completes a short IPv4 address, and understands netmasks.
std::string SuggestBlock(absl::string_view text);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_RULE_ERROR_H_
