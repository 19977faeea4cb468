// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_SUMMARY_HANDLER_H_
#define PULLGATE_PDP_SERVICE_SUMMARY_HANDLER_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "pdp/ledger/audit_ledger.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// So many fit into the 4 MiB that clients take in one message.
inline constexpr size_t kMaxEventGroups = 10'000;

// AuditService.SummarizeEvents, without gRPC; audit_service.proto documents the
// errors. Waits for storage. Thread-safe if `ledger` is.
absl::StatusOr<pullgate::audit::v1::SummarizeEventsResponse> SummarizeEvents(
    const pullgate::audit::v1::SummarizeEventsRequest& request,
    AuditLedger& ledger);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_SUMMARY_HANDLER_H_
