// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
#define PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "common/sqlite/database.h"
#include "common/sqlite/statement.h"
#include "pdp/ledger/audit_ledger.h"

namespace pullgate::pdp {

// All SQL that reads the ledger's file. Errors are those of SqliteStatus;
// DataLoss also for an event that does not parse.

// AuditLedger::List.
absl::StatusOr<std::vector<LedgerEntry>> ListEntries(
    const Database& database, const LedgerFilter& filter,
    std::optional<AuditLedger::ListPosition> after, int limit);

// Matching events by rising position from `first` to `last`, at most `limit`.
absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(const Database& database,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit);

// AuditLedger::LastSequence by `statement`, prepared from kFindLastSequence.
extern const char kFindLastSequence[];
absl::StatusOr<int64_t> FindLastSequence(const VchId& vch,
                                         absl::string_view epoch,
                                         Statement& statement);

// What ListEntries runs: SQL and the values of its parameters. Nullopt: nothing
// can match. For the test that no filter makes it sort or scan.
struct LedgerQuery {
  std::string sql;
  std::vector<int64_t> values;
};
absl::StatusOr<std::optional<LedgerQuery>> ListQuery(
    const Database& database, const LedgerFilter& filter,
    std::optional<AuditLedger::ListPosition> after, int limit);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_QUERY_H_
