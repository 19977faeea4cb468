// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_
#define PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_

#include <cstdint>

#include "common/sqlite/schema.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The tables of the ledger's file.
const Schema& LedgerSchema();

// The event_time of `event` as the ledger orders by it: nanoseconds since the
// Unix epoch. Times beyond 1677 to 2262 count as the nearest of these.
int64_t EventTimeNs(const pullgate::audit::v1::AuditEvent& event);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_SCHEMA_H_
