// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
#define PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "pdp/ledger/audit_ledger.h"

namespace pullgate::pdp {

// All SQL that reads the ledger's file. Errors are those of SqliteStatus;
// DataLoss also for an event that does not parse.

// AuditLedger::List.
absl::StatusOr<LedgerPage> ListEntries(const Database& database,
                                       const LedgerFilter& filter,
                                       int64_t before, int limit);

// Matching events by rising position from `first` to `last`, at most `limit`.
absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(const Database& database,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit);

// AuditLedger::LastSequence.
absl::StatusOr<int64_t> FindLastSequence(const Database& database,
                                         const VchId& vch,
                                         absl::string_view epoch);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
