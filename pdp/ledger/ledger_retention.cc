// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_retention.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/query_number.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"
#include "pdp/ledger/segment_reader.h"
#include "pdp/proof/event_chain.h"
#include "pdp/proof/pruned_epochs.h"

namespace pullgate::pdp {
namespace {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::Retention;

// Runs a statement over the positions of `cut`.
absl::Status RunOver(const Database& database, const RetentionCut& cut,
                     absl::string_view sql, int64_t factor = 1) {
  PULLGATE_ASSIGN_OR_RETURN(Statement statement,
                            Statement::Prepare(database, sql));
  statement.BindInt64(1, cut.first_position * factor);
  statement.BindInt64(2, (cut.last_position + 1) * factor);
  return statement.Run();
}

absl::Status Prune(const Database& database, int64_t epoch_id, int64_t sequence,
                   absl::string_view payload) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement prune,
      Statement::Prepare(database,
                         "UPDATE epoch SET pruned_sequence = ?, pruned_hash = "
                         "? WHERE epoch_id = ?"));
  prune.BindInt64(1, sequence);
  prune.BindBlob(2, ToBytes(HashEvent(payload)));
  prune.BindInt64(3, epoch_id);
  PULLGATE_RETURN_IF_ERROR(prune.Run());
  // Nobody can tell any more what they were.
  PULLGATE_ASSIGN_OR_RETURN(
      Statement fill,
      Statement::Prepare(
          database,
          "DELETE FROM hole WHERE epoch_id = ? AND last_sequence <= ?"));
  fill.BindInt64(1, epoch_id);
  fill.BindInt64(2, sequence);
  return fill.Run();
}

absl::Status PruneEpochs(const Database& database, const RetentionCut& cut) {
  // With max() the other columns are those of the row that has it.
  PULLGATE_ASSIGN_OR_RETURN(
      Statement last,
      Statement::Prepare(
          database,
          "SELECT epoch_id, max(sequence), payload FROM event WHERE position "
          ">= ? AND position < ? GROUP BY epoch_id"));
  last.BindInt64(1, cut.first_position);
  last.BindInt64(2, cut.last_position + 1);
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, last.Step());
    if (!found) return absl::OkStatus();
    PULLGATE_RETURN_IF_ERROR(
        Prune(database, last.Int64(0), last.Int64(1), last.Blob(2)));
  }
}

// How far over its limit the file is, in bytes.
absl::StatusOr<int64_t> Excess(const Database& database,
                               const RetentionLimits& limits) {
  if (limits.max_bytes == 0) return 0;
  PULLGATE_ASSIGN_OR_RETURN(const int64_t used, BytesInUse(database));
  return std::max<int64_t>(used - limits.max_bytes, 0);
}

}  // namespace

absl::StatusOr<int64_t> BytesInUse(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(const int64_t pages,
                            QueryNumber(database, "PRAGMA page_count"));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t free,
                            QueryNumber(database, "PRAGMA freelist_count"));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t size,
                            QueryNumber(database, "PRAGMA page_size"));
  return (pages - free) * size;
}

absl::StatusOr<std::optional<RetentionCut>> PlanRetention(
    const Database& database, const RetentionLimits& limits, absl::Time now,
    int max_segments) {
  PULLGATE_ASSIGN_OR_RETURN(int64_t excess, Excess(database, limits));
  const int64_t oldest_kept = limits.max_age > absl::ZeroDuration()
                                  ? absl::ToUnixNanos(now - limits.max_age)
                                  : std::numeric_limits<int64_t>::min();
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT first_position, last_position, max_time_ns, "
                         "closed_ns, bytes FROM segment ORDER BY "
                         "first_position LIMIT ?"));
  select.BindInt64(1, max_segments);
  std::optional<RetentionCut> cut;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) break;
    const int64_t latest = select.Int64(2);
    const bool old = std::min(latest, select.Int64(3)) < oldest_kept;
    if (!old && excess <= 0) break;
    const Retention::Cause cause =
        old ? Retention::CAUSE_AGE : Retention::CAUSE_SIZE;
    if (cut && cut->cause != cause) break;
    if (!cut) {
      cut.emplace();
      cut->first_position = select.Int64(0);
      cut->latest_time_ns = latest;
      cut->cause = cause;
      cut->limit = old ? absl::StrCat("older than ",
                                      absl::FormatDuration(limits.max_age))
                       : absl::StrCat("more than ", limits.max_bytes, " bytes");
    }
    cut->last_position = select.Int64(1);
    cut->latest_time_ns = std::max(cut->latest_time_ns, latest);
    excess -= select.Int64(4);
  }
  return cut;
}

absl::Status ForgetEvents(Database* database, const RetentionCut& cut) {
  PULLGATE_RETURN_IF_ERROR(PruneEpochs(*database, cut));
  PULLGATE_RETURN_IF_ERROR(
      RunOver(*database, cut,
              "DELETE FROM event WHERE position >= ? AND position < ?"));
  PULLGATE_RETURN_IF_ERROR(RunOver(
      *database, cut,
      "DELETE FROM segment WHERE first_position >= ? AND first_position < ?"));
  PULLGATE_RETURN_IF_ERROR(RunOver(
      *database, cut,
      "DELETE FROM segment_column WHERE column_id >= ? AND column_id < ?",
      kColumnsPerSegment));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement forget,
      Statement::Prepare(*database,
                         "UPDATE ledger SET forgotten_position = ?"));
  forget.BindInt64(1, cut.last_position);
  return forget.Run();
}

absl::StatusOr<RecordedEvent> MakeRetentionEvent(const Database& database,
                                                 const RetentionCut& cut,
                                                 const EpochState& state,
                                                 absl::Time now) {
  AuditEvent event;
  event.set_kind(AuditEvent::KIND_RETENTION);
  event.set_epoch(kLedgerEpoch);
  event.set_sequence(state.last_sequence + 1);
  event.set_event_id(EventIdOf("", kLedgerEpoch, event.sequence()));
  wire::ToProto(now, event.mutable_event_time());
  if (state.last_hash) event.set_previous_hash(ToBytes(*state.last_hash));
  event.set_message(absl::StrCat("the events from position ",
                                 cut.first_position, " to ", cut.last_position,
                                 " were forgotten: ", cut.limit));
  Retention& retention = *event.mutable_retention();
  retention.set_cause(cut.cause);
  retention.set_first_position(cut.first_position);
  retention.set_last_position(cut.last_position);
  wire::ToProto(absl::FromUnixNanos(cut.latest_time_ns),
                retention.mutable_latest_event_time());
  retention.set_limit(cut.limit);
  PULLGATE_ASSIGN_OR_RETURN(const std::string epochs_hash,
                            HashPrunedEpochs(database));
  retention.set_epochs_hash(epochs_hash);
  return *ParseRecordedEvent(event.SerializeAsString());
}

}  // namespace pullgate::pdp
