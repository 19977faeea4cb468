// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/spool_load.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {
namespace {

// Not "-journal": SQLite would take that for its own. DataDirectory::SetAside()
// knows them.
constexpr absl::string_view kJournalSuffixes[] = {"-events1", "-events2"};

// So much makes a large transaction, and leaves room for what comes meanwhile.
size_t EnoughToMove(size_t journal_bytes) {
  return std::min<size_t>(journal_bytes / 4, 1024 * 1024);
}

// Moves into the database what journals of an earlier process hold beyond it,
// as far as it continues the chain.
absl::Status Replay(const SpoolJournal& older, const SpoolJournal& newer,
                    SpoolWriter& writer, SpoolBook& book) {
  const int64_t first = book.head().sequence + 1;
  std::vector<absl::string_view> payloads;
  for (absl::string_view records : {older.records(), newer.records()}) {
    while (const auto record = SpoolJournal::TakeRecord(records)) {
      if (record->sequence != book.head().sequence + 1) continue;
      if (!EnterRecorded(record->sequence, record->payload, book).ok()) break;
      payloads.push_back(record->payload);
    }
  }
  return writer.Insert(first, payloads, DropOf(book));
}

absl::StatusOr<std::array<std::unique_ptr<SpoolJournal>, 2>> OpenJournals(
    const std::string& path, absl::string_view epoch, size_t bytes) {
  std::array<std::unique_ptr<SpoolJournal>, 2> journals;
  for (size_t i = 0; i < journals.size(); ++i) {
    PULLGATE_ASSIGN_OR_RETURN(
        journals[i], SpoolJournal::Open(absl::StrCat(path, kJournalSuffixes[i]),
                                        epoch, bytes));
  }
  if (journals[0]->first_sequence() > journals[1]->first_sequence()) {
    std::swap(journals[0], journals[1]);
  }
  return journals;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpoolStore>> SpoolStore::Open(
    const std::string& path, const VchId& vch, Durability durability,
    int64_t max_bytes, const EpochOrigin& origin, const Options& options) {
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolWriter> writer,
                            SpoolWriter::Open(path, vch, durability, origin));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolReader> reader,
                            SpoolReader::Open(path));
  PULLGATE_ASSIGN_OR_RETURN(SpoolBook book, LoadBook(max_bytes, path, *writer));
  PULLGATE_ASSIGN_OR_RETURN(
      Journals journals,
      OpenJournals(path, writer->state().epoch, options.journal_bytes));
  PULLGATE_RETURN_IF_ERROR(Replay(*journals[0], *journals[1], *writer, book));
  // What the PDP has seen may have survived power loss in a journal alone. And
  // what it will see there must not be of an epoch that does not survive.
  PULLGATE_RETURN_IF_ERROR(reader->Sync());
  // If one cannot be emptied it does no harm; it takes no appends until it can.
  for (const auto& journal : journals) journal->Clear().IgnoreError();
  Contents contents = {writer->state().epoch, std::move(book)};
  return absl::WrapUnique(new SpoolStore(path, options, std::move(contents),
                                         std::move(writer), std::move(reader),
                                         std::move(journals)));
}

SpoolStore::SpoolStore(std::string path, const Options& options,
                       Contents contents, std::unique_ptr<SpoolWriter> writer,
                       std::unique_ptr<SpoolReader> reader, Journals journals)
    : path_(std::move(path)),
      options_(options),
      contents_(std::move(contents)),
      writer_(std::move(writer)),
      acked_(contents_.book.acked()),
      reader_(std::move(reader)),
      frozen_(std::move(journals[0])),
      active_(std::move(journals[1])),
      moved_(contents_.book.head().sequence),
      drop_(DropOf(contents_.book)),
      mover_([this] { MoveEvents(); }) {}

SpoolStore::~SpoolStore() {
  {
    MutexLock lock(&journal_mu_);
    stopping_ = true;
    wake_mover_.NotifyOne();
  }
  mover_.join();
}

absl::Status SpoolStore::Append(int64_t sequence, absl::string_view payload) {
  MutexLock lock(&journal_mu_);
  if (!active_->HasRoom(payload.size())) {
    if (!move_error_.ok()) return move_error_;
    return absl::UnavailableError(
        absl::StrCat("the disk is too slow: ", active_->bytes(),
                     " bytes of events wait for ", path_));
  }
  PULLGATE_RETURN_IF_ERROR(active_->Append(sequence, payload));
  if (active_->bytes() >= wake_mover_at_) {
    wake_mover_at_ = kNever;
    wake_mover_.NotifyOne();
  }
  return absl::OkStatus();
}

absl::Status SpoolStore::Insert(int64_t first,
                                absl::Span<const absl::string_view> payloads,
                                const SpoolWriter::Drop& drop) {
  MutexLock lock(&writer_mu_);
  PULLGATE_RETURN_IF_ERROR(writer_->Insert(first, payloads, drop));
  MutexLock journal_lock(&journal_mu_);
  moved_ = first + static_cast<int64_t>(payloads.size()) - 1;
  return absl::OkStatus();
}

void SpoolStore::NoteDrop(SpoolWriter::Drop drop) {
  MutexLock lock(&journal_mu_);
  drop_ = std::move(drop);
  delete_now_ = true;
  wake_mover_.NotifyOne();
}

SpoolWriter::Drop SpoolStore::CurrentDrop() const {
  MutexLock lock(&journal_mu_);
  return drop_;
}

absl::Status SpoolStore::Ack(int64_t sequence, const std::string& hash) {
  MutexLock lock(&writer_mu_);
  PULLGATE_RETURN_IF_ERROR(writer_->Ack(sequence, hash, CurrentDrop()));
  acked_ = sequence;
  return absl::OkStatus();
}

absl::Status SpoolStore::DeleteForgotten() {
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) {
    MutexLock lock(&writer_mu_);
    more = writer_->DeleteMore(CurrentDrop());
  }
  return more.status();
}

absl::Status SpoolStore::Read(int64_t after, int64_t last,
                              int64_t flush_through, EventBatch& batch) {
  MutexLock lock(&reader_mu_);
  const Extent extent = CurrentExtent();
  // A flush holds up whoever writes: not for what one covers already.
  if (flushed_ < flush_through) PULLGATE_RETURN_IF_ERROR(Flush(extent));
  if (flush_through > 0) last = std::min(last, flushed_);
  if (after < extent.moved) {
    PULLGATE_RETURN_IF_ERROR(
        reader_->AddEvents(after, std::min(last, extent.moved), batch));
  }
  for (absl::string_view records :
       {frozen_->records(), extent.active_records}) {
    while (const auto record = SpoolJournal::TakeRecord(records)) {
      if (record->sequence > last || batch.full()) break;
      if (record->sequence <= std::max(after, extent.moved)) continue;
      batch.Add(record->sequence, record->payload);
    }
  }
  return absl::OkStatus();
}

absl::Status SpoolStore::move_error() const {
  MutexLock lock(&journal_mu_);
  return move_error_;
}

SpoolStore::Extent SpoolStore::CurrentExtent() const {
  MutexLock lock(&journal_mu_);
  return {moved_, active_.get(), active_->last_sequence(), active_->records()};
}

absl::Status SpoolStore::Flush(const Extent& extent) {
  if (extent.moved > flushed_) PULLGATE_RETURN_IF_ERROR(reader_->Sync());
  const int64_t frozen = frozen_->last_sequence();
  if (frozen > std::max(extent.moved, flushed_)) {
    PULLGATE_RETURN_IF_ERROR(frozen_->Flush());
  }
  if (extent.last > flushed_) {
    PULLGATE_RETURN_IF_ERROR(extent.active->Flush());
  }
  flushed_ = std::max({flushed_, extent.moved, frozen, extent.last});
  return absl::OkStatus();
}

void SpoolStore::MoveEvents() {
  for (Work work = AwaitWork(); work != Work::kStop; work = AwaitWork()) {
    const absl::Status moved = work == Work::kMove ? Move() : absl::OkStatus();
    const absl::Status deleted = DeleteForgotten();
    MutexLock lock(&journal_mu_);
    if (work == Work::kMove) move_error_ = moved;
    move_error_.Update(deleted);
  }
  // What is left: a database alone is easier to look after.
  if (Move().ok()) Move().IgnoreError();
}

SpoolStore::Work SpoolStore::AwaitWork() {
  MutexLock lock(&journal_mu_);
  if (move_error_.ok()) {
    AwaitBytes(1, absl::InfiniteDuration());
    AwaitBytes(EnoughToMove(options_.journal_bytes), options_.linger);
  } else {
    AwaitBytes(kNever, options_.linger);
  }
  if (stopping_) return Work::kStop;
  return std::exchange(delete_now_, false) ? Work::kDelete : Work::kMove;
}

void SpoolStore::AwaitBytes(size_t bytes, absl::Duration timeout) {
  wake_mover_at_ = bytes;
  bool in_time = true;
  while (!stopping_ && !delete_now_ && active_->bytes() < bytes && in_time) {
    in_time = wake_mover_.WaitFor(&journal_mu_, timeout);
  }
  wake_mover_at_ = kNever;
}

absl::Status SpoolStore::Move() {
  PULLGATE_ASSIGN_OR_RETURN(const absl::string_view records, Freeze());
  if (records.empty()) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(InsertRecords(records));
  return Retire();
}

absl::StatusOr<absl::string_view> SpoolStore::Freeze() {
  MutexLock lock(&reader_mu_);
  if (frozen_->last_sequence() == 0) {
    PULLGATE_RETURN_IF_ERROR(frozen_->Clear());  // if it could not be before
    MutexLock journal_lock(&journal_mu_);
    std::swap(frozen_, active_);
  }
  return frozen_->records();
}

absl::Status SpoolStore::InsertRecords(absl::string_view records) {
  MutexLock lock(&writer_mu_);
  SpoolWriter::Drop drop;
  int64_t last = 0;
  {
    MutexLock journal_lock(&journal_mu_);
    drop = drop_;
    last = std::max({acked_, drop_.through, moved_});
  }
  const int64_t first = last + 1;
  std::vector<absl::string_view> payloads;
  while (const auto record = SpoolJournal::TakeRecord(records)) {
    if (record->sequence <= last) continue;
    payloads.push_back(record->payload);
    last = record->sequence;
  }
  // Also if there are none: without its gap the database would not lead to
  // what comes after dropped events.
  PULLGATE_RETURN_IF_ERROR(writer_->Insert(first, payloads, drop));
  if (payloads.empty()) return absl::OkStatus();
  MutexLock journal_lock(&journal_mu_);
  moved_ = last;
  return absl::OkStatus();
}

absl::Status SpoolStore::Retire() {
  MutexLock lock(&reader_mu_);
  if (frozen_->first_sequence() <= flushed_) {
    PULLGATE_RETURN_IF_ERROR(reader_->Sync());
  }
  return frozen_->Clear();
}

}  // namespace pullgate::agent
