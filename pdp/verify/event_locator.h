// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_EVENT_LOCATOR_H_
#define PULLGATE_PDP_VERIFY_EVENT_LOCATOR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/database.h"

namespace pullgate::pdp {

// The position of the event with this id, found by way of the segments: some
// milliseconds for a ledger of millions. InvalidArgument: it is no event_id.
// NotFound: the event is not on the ledger. Other errors are those of
// SqliteStatus.
absl::StatusOr<int64_t> LocateEvent(const Database& database,
                                    absl::string_view event_id);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_EVENT_LOCATOR_H_
