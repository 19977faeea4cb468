// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_PAGE_H_
#define PULLGATE_PDP_SERVICE_PAGE_H_

#include <algorithm>

#include "absl/status/statusor.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {

// How many entries a page has (AIP-158): 50 if the caller does not say, 1,000
// at most. InvalidArgument: a negative number.
inline absl::StatusOr<int> PageSize(int asked) {
  if (asked < 0) {
    return InField("page_size", absl::InvalidArgumentError(
                                    "expected 0 (the default) or more"));
  }
  return asked == 0 ? 50 : std::min(asked, 1000);
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_PAGE_H_
