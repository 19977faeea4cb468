// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_TEXT_DID_YOU_MEAN_H_
#define PULLGATE_COMMON_TEXT_DID_YOU_MEAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pullgate {

// The known word that a mistyped one was probably meant to be: letters left
// out, added, changed or swapped, in any case, '-' for '_'. Absent when none
// is near, rather than a wild guess; the first of several equally near.
std::optional<std::string> DidYouMean(absl::string_view word,
                                      const std::vector<std::string>& known);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_TEXT_DID_YOU_MEAN_H_
