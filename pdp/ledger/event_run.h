// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_EVENT_RUN_H_
#define PULLGATE_PDP_LEDGER_EVENT_RUN_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/identity/vch_id.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The part of `events` that is new to a ledger which has the epoch up to
// `last_sequence`. Errors as AuditLedger::Append; each names the sequence that
// it breaks at.
absl::StatusOr<absl::Span<const pullgate::audit::v1::AuditEvent>> NewEvents(
    const VchId& vch, absl::string_view epoch, int64_t last_sequence,
    absl::Span<const pullgate::audit::v1::AuditEvent> events);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_EVENT_RUN_H_
