// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_EVENT_QUERY_H_
#define PULLGATE_PDP_SERVICE_EVENT_QUERY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pdp/ledger/audit_ledger.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// What a caller asks the ledger for, parsed. InvalidArgument, with the field
// ("filter.registry"), everywhere.

absl::StatusOr<LedgerFilter> ParseEventFilter(
    const pullgate::audit::v1::EventFilter& filter);

// Where a list of events goes on: before a position. A token is good for its
// own filter only.
std::string MakeListToken(const pullgate::audit::v1::EventFilter& filter,
                          int64_t before);
absl::StatusOr<int64_t> ReadListToken(
    const pullgate::audit::v1::EventFilter& filter, absl::string_view token);

// Where a follower goes on: after the event at `position`.
std::string MakeCursor(int64_t position);
absl::StatusOr<int64_t> ReadCursor(absl::string_view cursor);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_EVENT_QUERY_H_
