// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/sqlite_audit_ledger.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/event_run.h"
#include "pdp/ledger/ledger_summary.h"

namespace pullgate::pdp {

namespace {

// Batches in one transaction; each has at most some thousand events.
constexpr size_t kMaxGroup = 16;

// Of forgetting, in one Maintain: the next call goes on.
constexpr int kMaxSteps = 256;

// Of events that were committed, after which they are copied into the file.
constexpr int64_t kCheckpointBytes = int64_t{8} << 20;

const Clock* SystemTime() {
  static const SystemClock clock;
  return &clock;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteAuditLedger>> SqliteAuditLedger::Open(
    const DataDirectory& directory, const Options& options) {
  const std::string path = directory.File(kFileName);
  auto open = std::make_unique<OpenEvents>();
  PULLGATE_ASSIGN_OR_RETURN(
      std::unique_ptr<LedgerWriter> writer,
      LedgerWriter::Open(
          path, options.make_sealer,
          options.clock == nullptr ? SystemTime() : options.clock, open.get()));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<ReaderPool> readers,
                            ReaderPool::Open(path, options.readers));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<LogCheckpointer> checkpointer,
                            LogCheckpointer::Start(path, kCheckpointBytes));
  return absl::WrapUnique(
      new SqliteAuditLedger(options, std::move(open), std::move(writer),
                            std::move(readers), std::move(checkpointer)));
}

SqliteAuditLedger::SqliteAuditLedger(
    const Options& options, std::unique_ptr<OpenEvents> open,
    std::unique_ptr<LedgerWriter> writer, std::unique_ptr<ReaderPool> readers,
    std::unique_ptr<LogCheckpointer> checkpointer)
    : options_(options),
      appends_(kMaxGroup,
               [this](absl::Span<Pending* const> group) { Commit(group); }),
      last_position_(writer->last_position()),
      open_(std::move(open)),
      readers_(std::move(readers)),
      checkpointer_(std::move(checkpointer)),
      writer_(std::move(writer)) {}

absl::StatusOr<int64_t> SqliteAuditLedger::LastSequence(
    const VchId& vch, absl::string_view epoch) {
  const ReaderPool::Lease reader = readers_->Take();
  return FindLastSequence(*reader, vch, epoch);
}

absl::StatusOr<AppendResult> SqliteAuditLedger::Append(
    const VchId& vch, absl::string_view epoch,
    absl::Span<const RecordedEvent> events, int64_t dropped_through) {
  Pending pending{vch, epoch, events, dropped_through, AppendResult()};
  appends_.Run(&pending);
  return pending.outcome;
}

void SqliteAuditLedger::Commit(absl::Span<Pending* const> group) {
  MutexLock lock(&mu_);
  absl::Status status = writer_->Begin();
  if (status.ok()) status = StoreAll(group);
  if (status.ok()) status = writer_->Commit();
  if (status.ok()) {
    last_position_.RaiseTo(writer_->last_position());
    checkpointer_->Note(BytesOf(group));
    return;
  }
  writer_->Abandon();
  const absl::Status outcome(
      status.code(), absl::StrCat("no event was stored: ", status.message()));
  for (Pending* pending : group) pending->outcome = outcome;
}

int64_t SqliteAuditLedger::BytesOf(absl::Span<Pending* const> group) {
  size_t bytes = 0;
  for (const Pending* pending : group) {
    for (const RecordedEvent& event : pending->events) {
      bytes += event.payload.size();
    }
  }
  return static_cast<int64_t>(bytes);
}

absl::Status SqliteAuditLedger::StoreAll(absl::Span<Pending* const> group) {
  for (Pending* pending : group) PULLGATE_RETURN_IF_ERROR(Store(*pending));
  return absl::OkStatus();
}

absl::Status SqliteAuditLedger::Store(Pending& pending) {
  PULLGATE_ASSIGN_OR_RETURN(const EpochState state,
                            writer_->Epoch(pending.vch.text(), pending.epoch));
  const EventRun run = NewEvents(pending.vch, pending.epoch, state,
                                 pending.dropped_through, pending.events);
  pending.outcome->last_sequence =
      run.fresh.empty() ? state.last_sequence : run.fresh.back().sequence;
  pending.outcome->refused = run.refused;
  return writer_->Append(pending.vch.text(), pending.epoch, run.fresh,
                         run.hole);
}

absl::StatusOr<LedgerPage> SqliteAuditLedger::List(const LedgerFilter& filter,
                                                   int64_t before, int limit) {
  const ReaderPool::Lease reader = readers_->Take();
  return ListEntries(reader.get(), *open_, filter, before, limit,
                     options_.list);
}

absl::StatusOr<std::vector<LedgerEntry>> SqliteAuditLedger::ListFrom(
    const LedgerFilter& filter, int64_t position, int limit,
    int64_t* scanned_to) {
  *scanned_to = position;
  const int64_t newest = last_position_.level();
  if (position >= newest || limit <= 0) return std::vector<LedgerEntry>();
  const int64_t last =
      position + std::min(newest - position, options_.max_scan);
  const ReaderPool::Lease reader = readers_->Take();
  PULLGATE_ASSIGN_OR_RETURN(
      std::vector<LedgerEntry> entries,
      ScanEntries(reader.get(), *open_, filter, position + 1, last, limit));
  const bool all = static_cast<int>(entries.size()) < limit;
  *scanned_to = all ? last : entries.back().position;
  return entries;
}

absl::StatusOr<std::vector<EventCount>> SqliteAuditLedger::Summarize(
    const LedgerFilter& filter, const std::vector<GroupField>& group_by,
    size_t max_groups) {
  const ReaderPool::Lease reader = readers_->Take();
  return SummarizeEntries(reader.get(), filter, group_by, max_groups);
}

absl::Status SqliteAuditLedger::Maintain(const RetentionLimits& limits) {
  for (int step = 0; step < kMaxSteps; ++step) {
    MutexLock lock(&mu_);
    PULLGATE_ASSIGN_OR_RETURN(const bool more, writer_->Maintain(limits));
    last_position_.RaiseTo(writer_->last_position());
    if (!more) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<LedgerStats> SqliteAuditLedger::Stats() {
  const ReaderPool::Lease reader = readers_->Take();
  return ReadLedgerStats(reader.get());
}

absl::StatusOr<int64_t> SqliteAuditLedger::LastPosition() {
  return last_position_.level();
}

bool SqliteAuditLedger::WaitForEvent(int64_t position, absl::Time deadline) {
  return last_position_.WaitAbove(position, deadline);
}

void SqliteAuditLedger::Close() { last_position_.Close(); }

}  // namespace pullgate::pdp
