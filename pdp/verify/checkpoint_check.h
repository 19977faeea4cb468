// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_CHECKPOINT_CHECK_H_
#define PULLGATE_PDP_VERIFY_CHECKPOINT_CHECK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "common/sqlite/database.h"
#include "pdp/verify/findings.h"

namespace pullgate::pdp {

// Whether a ledger that ends at `last_position` has the checkpoints that it
// should have, and no other: one for the end of each segment and one where the
// forgotten events end, which stay, and the newest. What they say is
// TreeCheck's matter. Errors are those of SqliteStatus.
absl::Status CheckWhichCheckpoints(const Database& database,
                                   int64_t last_position, Findings* findings);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_CHECKPOINT_CHECK_H_
