// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_SUMMARY_H_
#define PULLGATE_PDP_LEDGER_LEDGER_SUMMARY_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "pdp/ledger/audit_ledger.h"

namespace pullgate::pdp {

// AuditLedger::Summarize: counts from the columns of segments, and reads only
// events that are in none yet. `database` is in no transaction. Errors are
// those of SqliteStatus; DataLoss also for an event that does not parse.
absl::StatusOr<std::vector<EventCount>> SummarizeEntries(
    Database* database, const LedgerFilter& filter,
    const std::vector<GroupField>& group_by, size_t max_groups);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_SUMMARY_H_
