// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_stats.h"

#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/ledger_retention.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {
namespace {

// Of the first segment, or of the first event while there is none.
absl::StatusOr<std::optional<absl::Time>> Oldest(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement segment,
      Statement::Prepare(
          database,
          "SELECT min_time_ns FROM segment ORDER BY first_position LIMIT 1"));
  PULLGATE_ASSIGN_OR_RETURN(const bool closed, segment.Step());
  if (closed) return absl::FromUnixNanos(segment.Int64(0));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement first,
      Statement::Prepare(
          database, "SELECT payload FROM event ORDER BY position LIMIT 1"));
  PULLGATE_ASSIGN_OR_RETURN(const bool found, first.Step());
  if (!found) return std::nullopt;
  const absl::string_view payload = first.Blob(0);
  audit::v1::AuditEvent event;
  if (!event.ParseFromArray(payload.data(), payload.size())) {
    return std::nullopt;
  }
  EventFields fields;
  fields.Read(event);
  return absl::FromUnixNanos(fields.time_ns());
}

}  // namespace

absl::StatusOr<LedgerStats> ReadLedgerStats(Database* database) {
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database,
                         "SELECT last_position, forgotten_position, (SELECT "
                         "count(*) FROM hole) FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  LedgerStats stats;
  stats.events = select.Int64(0) - select.Int64(1);
  stats.forgotten = select.Int64(1);
  stats.unexplained_holes = select.Int64(2);
  PULLGATE_ASSIGN_OR_RETURN(stats.bytes, BytesInUse(*database));
  PULLGATE_ASSIGN_OR_RETURN(stats.oldest, Oldest(*database));
  return stats;
}

}  // namespace pullgate::pdp
