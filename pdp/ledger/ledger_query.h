// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
#define PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/open_events.h"

namespace pullgate::pdp {

// Reads the ledger's file. Errors are those of SqliteStatus; DataLoss also for
// an event that does not parse. `database` is in no transaction.

// What ends a page before it is full.
struct PageLimits {
  // Segments to look at, by what their rows say of them.
  int64_t segments = 0;
  // Columns of these to read; those of one segment are read all the same.
  int64_t columns = 0;
};

// AuditLedger::List.
absl::StatusOr<LedgerPage> ListEntries(Database* database,
                                       const OpenEvents& open,
                                       const LedgerFilter& filter,
                                       int64_t before, int limit,
                                       const PageLimits& limits);

// Matching events by rising position from `first` to `last`, at most `limit`.
// OutOfRange, reason CURSOR_FORGOTTEN: some of these were forgotten.
absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(Database* database,
                                                     const OpenEvents& open,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit);

// AuditLedger::LastSequence.
absl::StatusOr<int64_t> FindLastSequence(const Database& database,
                                         const VchId& vch,
                                         absl::string_view epoch);

// Where the event of that agent ("{vch}/{epoch}") with that sequence is.
// Nullopt: it is not on the ledger, or not any more.
absl::StatusOr<std::optional<int64_t>> FindPosition(Database* database,
                                                    absl::string_view agent,
                                                    int64_t sequence);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
