// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_writer.h"

#include <utility>

#include "absl/memory/memory.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/schema.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/ledger_schema.h"
#include "pdp/proof/event_chain.h"

namespace pullgate::pdp {

namespace {

absl::string_view View(const EventHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// A segment that is not full by then is closed: quiet ledgers forget too.
constexpr absl::Duration kMaxOpen = absl::Hours(24);
// Segments that one transaction forgets, at most: appends wait for it.
constexpr int kMaxForgotten = 8;

absl::StatusOr<int64_t> LoadLastPosition(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database, "SELECT last_position FROM ledger"));
  PULLGATE_RETURN_IF_ERROR(select.Step().status());
  return select.Int64(0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerWriter>> LedgerWriter::Open(
    const std::string& path, const LedgerSealerFactory& make_sealer,
    const Clock* clock, OpenEvents* open) {
  Database::Options options;
  options.durability = Durability::kPowerLoss;
  // Events arrive in bulk, and columns are read whole: fewer, larger pages to
  // write and to follow.
  options.page_bytes = 16 * 1024;
  // Six times what LogCheckpointer waits for, which does most of the copying.
  options.checkpoint_pages = 3000;
  options.cache_kib = 16 * 1024;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  PULLGATE_RETURN_IF_ERROR(ApplySchema(LedgerSchema(), database.get()));
  PULLGATE_ASSIGN_OR_RETURN(Statements statements, PrepareAll(*database));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t last_position,
                            LoadLastPosition(*database));
  PULLGATE_ASSIGN_OR_RETURN(SegmentStore segments,
                            SegmentStore::Create(database.get(), clock, open));
  PULLGATE_ASSIGN_OR_RETURN(HoleStore holes, HoleStore::Open(*database));
  std::unique_ptr<LedgerSealer> sealer;
  if (make_sealer != nullptr) {
    PULLGATE_ASSIGN_OR_RETURN(sealer, make_sealer(database.get()));
  }
  auto writer = absl::WrapUnique(new LedgerWriter(
      std::move(database), std::move(statements), std::move(segments),
      std::move(holes), std::move(sealer), clock, last_position));
  // Reads the newest events now rather than with the first batch.
  PULLGATE_RETURN_IF_ERROR(writer->Begin());
  writer->transaction_.reset();
  return writer;
}

LedgerWriter::LedgerWriter(std::unique_ptr<Database> database,
                           Statements statements, SegmentStore segments,
                           HoleStore holes,
                           std::unique_ptr<LedgerSealer> sealer,
                           const Clock* clock, int64_t last_position)
    : database_(std::move(database)),
      statements_(std::move(statements)),
      segments_(std::move(segments)),
      holes_(std::move(holes)),
      sealer_(std::move(sealer)),
      clock_(clock),
      committed_position_(last_position),
      next_position_(last_position + 1) {}

absl::StatusOr<LedgerWriter::Statements> LedgerWriter::PrepareAll(
    const Database& database) {
  const auto prepare = [&database](absl::string_view sql) {
    return Statement::Prepare(database, sql);
  };
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find_epoch,
      prepare("SELECT epoch_id, last_sequence, last_hash FROM epoch "
              "WHERE vch = ? AND name = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement add_epoch,
      prepare("INSERT INTO epoch(vch, name) VALUES (?, ?) RETURNING epoch_id"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement set_epoch,
      prepare("UPDATE epoch SET last_sequence = ?, last_hash = ? "
              "WHERE epoch_id = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert_event,
      prepare("INSERT INTO event(position, epoch_id, sequence, payload) "
              "VALUES (?, ?, ?, ?)"));
  PULLGATE_ASSIGN_OR_RETURN(Statement set_last_position,
                            prepare("UPDATE ledger SET last_position = ?"));
  return Statements{std::move(find_epoch), std::move(add_epoch),
                    std::move(set_epoch), std::move(insert_event),
                    std::move(set_last_position)};
}

absl::Status LedgerWriter::Begin() {
  PULLGATE_ASSIGN_OR_RETURN(Transaction transaction,
                            Transaction::Begin(database_.get()));
  transaction_.emplace(std::move(transaction));
  return segments_.Prepare();
}

absl::StatusOr<EpochState> LedgerWriter::Epoch(absl::string_view vch,
                                               absl::string_view epoch) {
  Statement& find = statements_.find_epoch;
  find.BindText(1, vch);
  find.BindText(2, epoch);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  EpochState state;
  if (found) {
    state.last_sequence = find.Int64(1);
    state.last_hash = EventHashFromBytes(find.Blob(2));
  }
  find.Reset();
  return state;
}

absl::StatusOr<int64_t> LedgerWriter::FindOrAddEpoch(absl::string_view vch,
                                                     absl::string_view epoch) {
  for (Statement* statement :
       {&statements_.find_epoch, &statements_.add_epoch}) {
    statement->BindText(1, vch);
    statement->BindText(2, epoch);
    PULLGATE_ASSIGN_OR_RETURN(const bool found, statement->Step());
    const int64_t epoch_id = found ? statement->Int64(0) : 0;
    statement->Reset();
    if (found) return epoch_id;
  }
  return absl::InternalError("INSERT ... RETURNING returned nothing");
}

absl::Status LedgerWriter::Append(absl::string_view vch,
                                  absl::string_view epoch,
                                  absl::Span<const RecordedEvent> events,
                                  const std::optional<Hole>& hole) {
  if (events.empty()) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(const int64_t epoch_id, FindOrAddEpoch(vch, epoch));
  if (hole) PULLGATE_RETURN_IF_ERROR(holes_.Add(epoch_id, *hole));
  for (const RecordedEvent& recorded : events) {
    PULLGATE_RETURN_IF_ERROR(Insert(epoch_id, recorded));
    if (recorded.gap == nullptr) continue;
    PULLGATE_RETURN_IF_ERROR(holes_.Explain(epoch_id, *recorded.gap));
  }
  Statement& set = statements_.set_epoch;
  set.BindInt64(1, events.back().sequence);
  set.BindBlob(2, View(events.back().hash));
  set.BindInt64(3, epoch_id);
  return set.Run();
}

absl::Status LedgerWriter::Insert(int64_t epoch_id,
                                  const RecordedEvent& recorded) {
  Statement& insert = statements_.insert_event;
  insert.BindInt64(1, next_position_);
  insert.BindInt64(2, epoch_id);
  insert.BindInt64(3, recorded.sequence);
  insert.BindBlob(4, recorded.payload);
  PULLGATE_RETURN_IF_ERROR(insert.Run());
  if (sealer_ != nullptr) sealer_->Add(recorded.hash);
  ++next_position_;
  return segments_.Add(recorded.fields, recorded.payload.size());
}

absl::Status LedgerWriter::Commit() {
  const int64_t last_position = next_position_ - 1;
  statements_.set_last_position.BindInt64(1, last_position);
  PULLGATE_RETURN_IF_ERROR(statements_.set_last_position.Run());
  const int64_t segment_end = segments_.TakeClosed();
  if (sealer_ != nullptr) {
    PULLGATE_RETURN_IF_ERROR(sealer_->Seal(last_position, segment_end));
  }
  PULLGATE_RETURN_IF_ERROR(transaction_->Commit());
  transaction_.reset();
  committed_position_ = last_position;
  segments_.Committed();
  if (sealer_ != nullptr) sealer_->Committed();
  return absl::OkStatus();
}

bool LedgerWriter::IsOpenSegmentOld(const RetentionLimits& limits) const {
  if (segments_.open_events() == 0) return false;
  const absl::Time now = clock_->Now();
  if (now - segments_.open_since() >= kMaxOpen) return true;
  // All of it is to be forgotten already.
  return limits.max_age > absl::ZeroDuration() &&
         segments_.open_max_time_ns() < absl::ToUnixNanos(now - limits.max_age);
}

absl::StatusOr<bool> LedgerWriter::Maintain(const RetentionLimits& limits) {
  absl::StatusOr<Upkeep> done = DoUpkeep(limits);
  if (done.ok() && (done->closed || done->forgot)) {
    const absl::Status committed = Commit();
    if (!committed.ok()) done = committed;
  }
  if (!done.ok()) {
    Abandon();
    return done.status();
  }
  transaction_.reset();  // if there was nothing to commit
  return done->forgot;
}

absl::StatusOr<LedgerWriter::Upkeep> LedgerWriter::DoUpkeep(
    const RetentionLimits& limits) {
  Upkeep done;
  PULLGATE_RETURN_IF_ERROR(Begin());
  if (IsOpenSegmentOld(limits)) {
    PULLGATE_RETURN_IF_ERROR(segments_.CloseOpen());
    done.closed = true;
  }
  PULLGATE_ASSIGN_OR_RETURN(
      const std::optional<RetentionCut> cut,
      PlanRetention(*database_, limits, clock_->Now(), kMaxForgotten));
  if (!cut) return done;
  PULLGATE_RETURN_IF_ERROR(Forget(*cut));
  done.forgot = true;
  return done;
}

absl::Status LedgerWriter::Forget(const RetentionCut& cut) {
  if (sealer_ != nullptr) {
    PULLGATE_RETURN_IF_ERROR(
        sealer_->Forget(cut.first_position, cut.last_position));
  }
  PULLGATE_RETURN_IF_ERROR(ForgetEvents(database_.get(), cut));
  PULLGATE_ASSIGN_OR_RETURN(const EpochState state, Epoch("", kLedgerEpoch));
  PULLGATE_ASSIGN_OR_RETURN(
      const RecordedEvent event,
      MakeRetentionEvent(*database_, cut, state, clock_->Now()));
  return Append("", kLedgerEpoch, absl::MakeConstSpan(&event, 1));
}

void LedgerWriter::Abandon() {
  transaction_.reset();
  next_position_ = committed_position_ + 1;
  segments_.Abandoned();
  if (sealer_ != nullptr) sealer_->Abandoned();
}

}  // namespace pullgate::pdp
