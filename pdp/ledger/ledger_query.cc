// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_query.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

const char kFindLastSequence[] =
    "SELECT last_sequence FROM epoch JOIN vch USING (vch_id) "
    "WHERE vch.name = ? AND epoch.name = ?";

namespace {

constexpr char kColumns[] =
    "SELECT position, event_time_ns, payload FROM event ";

// A filter as SQL: "WHERE TRUE AND ..." and the values of its parameters.
struct Conditions {
  std::string sql = "WHERE TRUE";
  std::vector<int64_t> values;
  // The index that serves the filter best: that of the condition which few
  // events meet in most ledgers.
  const char* index = "event_by_time";

  void Add(absl::string_view condition, int64_t value) {
    absl::StrAppend(&sql, " AND ", condition);
    values.push_back(value);
  }
};

// The number that events have for a name, or nullopt if none has it.
absl::StatusOr<std::optional<int64_t>> IdOf(const Database& database,
                                            absl::string_view select,
                                            absl::string_view name) {
  PULLGATE_ASSIGN_OR_RETURN(Statement statement,
                            Statement::Prepare(database, select));
  statement.BindText(1, name);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, statement.Step());
  return found ? std::optional<int64_t>(statement.Int64(0)) : std::nullopt;
}

// Nullopt: nothing can match.
absl::StatusOr<std::optional<Conditions>> ConditionsOf(
    const Database& database, const LedgerFilter& filter) {
  Conditions conditions;
  // By rising selectivity: the last index named is used.
  if (filter.effect.has_value()) {
    conditions.Add("effect = ?", *filter.effect);
    conditions.index = "event_by_effect";
  }
  if (filter.vch.has_value()) {
    PULLGATE_ASSIGN_OR_RETURN(
        const std::optional<int64_t> id,
        IdOf(database, "SELECT vch_id FROM vch WHERE name = ?",
             filter.vch->text()));
    if (!id.has_value()) return std::optional<Conditions>();
    conditions.Add("vch_id = ?", *id);
    conditions.index = "event_by_vch";
  }
  if (filter.reason.has_value()) {
    conditions.Add("reason = ?", *filter.reason);
    conditions.index = "event_by_reason";
  }
  if (filter.policy_revision.has_value()) {
    conditions.Add("policy_revision = ?", *filter.policy_revision);
    conditions.index = "event_by_revision";
  }
  if (!filter.registry.empty()) {
    PULLGATE_ASSIGN_OR_RETURN(
        const std::optional<int64_t> id,
        IdOf(database, "SELECT registry_id FROM registry WHERE name = ?",
             filter.registry));
    if (!id.has_value()) return std::optional<Conditions>();
    conditions.Add("registry_id = ?", *id);
    conditions.index = "event_by_registry";
  }
  if (filter.start.has_value()) {
    conditions.Add("event_time_ns >= ?", absl::ToUnixNanos(*filter.start));
  }
  if (filter.end.has_value()) {
    conditions.Add("event_time_ns < ?", absl::ToUnixNanos(*filter.end));
  }
  return std::optional<Conditions>(std::move(conditions));
}

absl::StatusOr<std::vector<LedgerEntry>> Entries(const Database& database,
                                                 const LedgerQuery& query) {
  PULLGATE_ASSIGN_OR_RETURN(Statement select,
                            Statement::Prepare(database, query.sql));
  int parameter = 0;
  for (const int64_t value : query.values) {
    select.BindInt64(++parameter, value);
  }
  std::vector<LedgerEntry> entries;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return entries;
    LedgerEntry& entry = entries.emplace_back();
    entry.position = select.Int64(0);
    entry.time_ns = select.Int64(1);
    const absl::string_view payload = select.Blob(2);
    if (!entry.event.ParseFromArray(payload.data(), payload.size())) {
      return absl::DataLossError(
          absl::StrCat(database.path(), " is damaged: the event at position ",
                       entry.position, " does not parse"));
    }
  }
}

}  // namespace

absl::StatusOr<std::optional<LedgerQuery>> ListQuery(
    const Database& database, const LedgerFilter& filter,
    std::optional<AuditLedger::ListPosition> after, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(std::optional<Conditions> conditions,
                            ConditionsOf(database, filter));
  if (!conditions.has_value()) return std::optional<LedgerQuery>();
  LedgerQuery query;
  query.sql = absl::StrCat(kColumns, "INDEXED BY ", conditions->index, " ",
                           conditions->sql);
  query.values = std::move(conditions->values);
  if (after.has_value()) {
    absl::StrAppend(&query.sql, " AND (event_time_ns, position) < (?, ?)");
    query.values.push_back(after->time_ns);
    query.values.push_back(after->position);
  }
  absl::StrAppend(&query.sql,
                  " ORDER BY event_time_ns DESC, position DESC LIMIT ?");
  query.values.push_back(limit);
  return std::optional<LedgerQuery>(std::move(query));
}

absl::StatusOr<std::vector<LedgerEntry>> ListEntries(
    const Database& database, const LedgerFilter& filter,
    std::optional<AuditLedger::ListPosition> after, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(const std::optional<LedgerQuery> query,
                            ListQuery(database, filter, after, limit));
  if (!query.has_value()) return std::vector<LedgerEntry>();
  return Entries(database, *query);
}

absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(const Database& database,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit) {
  PULLGATE_ASSIGN_OR_RETURN(std::optional<Conditions> conditions,
                            ConditionsOf(database, filter));
  if (!conditions.has_value()) return std::vector<LedgerEntry>();
  conditions->Add("position >= ?", first);
  conditions->Add("position <= ?", last);
  conditions->values.push_back(limit);
  // By position, which is the table's own order: no index.
  return Entries(database,
                 {absl::StrCat(kColumns, "NOT INDEXED ", conditions->sql,
                               " ORDER BY position LIMIT ?"),
                  std::move(conditions->values)});
}

absl::StatusOr<int64_t> FindLastSequence(const VchId& vch,
                                         absl::string_view epoch,
                                         Statement& statement) {
  statement.BindText(1, vch.text());
  statement.BindText(2, epoch);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, statement.Step());
  const int64_t last = found ? statement.Int64(0) : 0;
  statement.Reset();
  return last;
}

}  // namespace pullgate::pdp
