// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_AUDIT_HANDLER_H_
#define PULLGATE_PDP_SERVICE_AUDIT_HANDLER_H_

#include "absl/status/statusor.h"
#include "pdp/ledger/audit_ledger.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// AuditService.ListEvents, without gRPC; audit_service.proto documents the
// errors. Waits for storage. Thread-safe if `ledger` is.
absl::StatusOr<pullgate::audit::v1::ListEventsResponse> ListEvents(
    const pullgate::audit::v1::ListEventsRequest& request, AuditLedger& ledger);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_AUDIT_HANDLER_H_
