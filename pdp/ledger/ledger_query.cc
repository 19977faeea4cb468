// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_query.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;

bool Matches(const LedgerFilter& filter, const AuditEvent& event) {
  const absl::Time time = absl::FromUnixSeconds(event.event_time().seconds()) +
                          absl::Nanoseconds(event.event_time().nanos());
  return (!filter.vch || event.vch() == filter.vch->Name()) &&
         (filter.registry.empty() || event.registry() == filter.registry) &&
         (!filter.effect || event.effect() == *filter.effect) &&
         (!filter.reason || event.reason() == *filter.reason) &&
         (!filter.start || time >= *filter.start) &&
         (!filter.end || time < *filter.end) &&
         (!filter.policy_revision ||
          event.policy_revision() == *filter.policy_revision);
}

// Runs `select`, whose rows are positions and payloads, until there are `limit`
// matching entries.
absl::StatusOr<std::vector<LedgerEntry>> Entries(const Database& database,
                                                 const LedgerFilter& filter,
                                                 int limit, Statement& select) {
  std::vector<LedgerEntry> entries;
  while (static_cast<int>(entries.size()) < limit) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) break;
    LedgerEntry entry;
    entry.position = select.Int64(0);
    const absl::string_view payload = select.Blob(1);
    if (!entry.event.ParseFromArray(payload.data(), payload.size())) {
      return absl::DataLossError(
          absl::StrCat(database.path(), " is damaged: the event at position ",
                       entry.position, " does not parse"));
    }
    if (Matches(filter, entry.event)) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

absl::StatusOr<LedgerPage> ListEntries(const Database& database,
                                       const LedgerFilter& filter,
                                       int64_t before, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT position, payload FROM event "
                         "WHERE position < ? ORDER BY position DESC"));
  select.BindInt64(1,
                   before == 0 ? std::numeric_limits<int64_t>::max() : before);
  LedgerPage page;
  PULLGATE_ASSIGN_OR_RETURN(page.entries,
                            Entries(database, filter, limit + 1, select));
  // One more than fits tells whether there is a next page.
  if (static_cast<int>(page.entries.size()) > limit) {
    page.entries.pop_back();
    page.next_before =
        page.entries.empty() ? before : page.entries.back().position;
  }
  return page;
}

absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(const Database& database,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database,
          "SELECT position, payload FROM event "
          "WHERE position >= ? AND position <= ? ORDER BY position"));
  select.BindInt64(1, first);
  select.BindInt64(2, last);
  return Entries(database, filter, limit, select);
}

absl::StatusOr<int64_t> FindLastSequence(const Database& database,
                                         const VchId& vch,
                                         absl::string_view epoch) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(
          database,
          "SELECT last_sequence FROM epoch WHERE vch = ? AND name = ?"));
  find.BindText(1, vch.text());
  find.BindText(2, epoch);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  return found ? find.Int64(0) : 0;
}

}  // namespace pullgate::pdp
