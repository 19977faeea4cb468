// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/sqlite_spool.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

namespace {

// Appends in one transaction: bounds how long the first of them waits.
constexpr size_t kMaxGroup = 512;

// Not "-journal": SQLite would take that for its own.
constexpr absl::string_view kJournalSuffixes[] = {"-events1", "-events2"};

// What did not get into the spool must not be answered, whatever the cause.
absl::Status NothingRecorded(const absl::Status& cause) {
  return absl::UnavailableError(
      absl::StrCat("nothing was recorded: ", cause.message()));
}

// `cause` is OK if the database is merely slow.
absl::Status JournalsFull(const absl::Status& cause) {
  return NothingRecorded(
      cause.ok() ? absl::UnavailableError(
                       "the audit spool's disk is too slow for these events")
                 : cause);
}

absl::Status TooFull(int64_t held, int64_t size, int64_t bound) {
  return absl::ResourceExhaustedError(
      absl::StrCat("nothing was recorded: the audit spool holds ", held,
                   " bytes that the PDP has not acknowledged, and with ", size,
                   " more would exceed its bound of ", bound,
                   ": make the PDP reachable, or raise spool.max_bytes"));
}

absl::Time EventTime(const AuditEvent& event) {
  return absl::FromUnixSeconds(event.event_time().seconds()) +
         absl::Nanoseconds(event.event_time().nanos());
}

int64_t LastOf(const SpoolWriter::Contents& contents) {
  return contents.acked_sequence + static_cast<int64_t>(contents.sizes.size());
}

// So much makes a large transaction, and leaves room for what comes meanwhile.
size_t EnoughToMove(size_t journal_bytes) {
  return std::min<size_t>(journal_bytes / 4, 1024 * 1024);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSpool>> SqliteSpool::Open(
    const DataDirectory& directory, const VchId& vch, const Options& options) {
  const std::string path = directory.File(kFileName);
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolWriter> writer,
                            SpoolWriter::Open(path, vch, options.durability));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolReader> reader,
                            SpoolReader::Open(path));
  SpoolWriter::Contents contents = writer->TakeContents();
  Journals journals;
  for (size_t i = 0; i < journals.size(); ++i) {
    PULLGATE_ASSIGN_OR_RETURN(
        journals[i], SpoolJournal::Open(absl::StrCat(path, kJournalSuffixes[i]),
                                        contents.epoch, options.journal_bytes));
  }
  PULLGATE_RETURN_IF_ERROR(Replay(journals, *writer, *reader, contents));
  return absl::WrapUnique(new SqliteSpool(vch, options, std::move(contents),
                                          std::move(writer), std::move(reader),
                                          std::move(journals)));
}

absl::Status SqliteSpool::Replay(const Journals& journals, SpoolWriter& writer,
                                 SpoolReader& reader,
                                 SpoolWriter::Contents& contents) {
  const bool swapped =
      journals[0]->first_sequence() > journals[1]->first_sequence();
  const int64_t first = LastOf(contents) + 1;
  std::vector<absl::string_view> payloads;
  for (const size_t i : {0, 1}) {
    absl::string_view records = journals[swapped ? 1 - i : i]->records();
    while (const auto record = SpoolJournal::TakeRecord(records)) {
      const int64_t next = first + static_cast<int64_t>(payloads.size());
      if (record->sequence == next) payloads.push_back(record->payload);
    }
  }
  if (!payloads.empty()) {
    PULLGATE_RETURN_IF_ERROR(writer.Insert(first, payloads));
  }
  for (const absl::string_view payload : payloads) {
    contents.sizes.push_back(static_cast<uint32_t>(payload.size()));
  }
  // What the PDP has seen may have survived power loss in a journal alone. And
  // what it will see there must not be of an epoch that does not survive.
  PULLGATE_RETURN_IF_ERROR(reader.Sync());
  // If one cannot be emptied it does no harm, and later takes no appends.
  for (const auto& journal : journals) journal->Clear().IgnoreError();
  return absl::OkStatus();
}

SqliteSpool::SqliteSpool(const VchId& vch, const Options& options,
                         SpoolWriter::Contents contents,
                         std::unique_ptr<SpoolWriter> writer,
                         std::unique_ptr<SpoolReader> reader, Journals journals)
    : vch_name_(vch.Name()),
      event_id_prefix_(absl::StrCat(vch.text(), "/", contents.epoch, "/")),
      options_(options),
      epoch_(std::move(contents.epoch)),
      last_sequence_(LastOf(contents)),
      writer_(std::move(writer)),
      reader_(std::move(reader)),
      frozen_(std::move(journals[0])),
      active_(std::move(journals[1])),
      moved_sequence_(LastOf(contents)),
      acked_sequence_(contents.acked_sequence),
      sizes_(std::move(contents.sizes)) {
  {
    MutexLock lock(&state_mu_);
    bytes_ = std::accumulate(sizes_.begin(), sizes_.end(), int64_t{0});
  }
  if (options_.durability == Durability::kProcessCrash) {
    mover_ = std::thread([this] { MoveEvents(); });
  } else {
    commits_.emplace(kMaxGroup, [this](auto group) { Commit(group); });
  }
}

SqliteSpool::~SqliteSpool() {
  {
    MutexLock lock(&state_mu_);
    stopping_ = true;
    wake_mover_.NotifyOne();
  }
  if (mover_.joinable()) mover_.join();
}

absl::StatusOr<AuditEvent> SqliteSpool::Append(AuditEvent event) {
  event.clear_vch();
  event.clear_epoch();
  event.clear_sequence();
  event.clear_event_id();
  std::string payload = event.SerializeAsString();
  PULLGATE_ASSIGN_OR_RETURN(
      Numbered numbered,
      commits_ ? CommitAndWait(std::move(payload)) : Journal(payload));
  event.set_vch(vch_name_);
  event.set_epoch(epoch_);
  event.set_sequence(numbered.sequence);
  event.set_event_id(std::move(numbered.event_id));
  return event;
}

void SqliteSpool::AppendAsync(std::string event, AppendDone done) {
  const auto tell = [done = std::move(done)](const Outcome& outcome) {
    if (!outcome.ok()) return done(outcome.status());
    done(outcome->event_id);
  };
  if (!commits_) return tell(Journal(event));
  Post(std::move(event), tell);
}

SqliteSpool::Outcome SqliteSpool::CommitAndWait(std::string payload) {
  Outcome outcome;
  Watermark finished(0);
  Post(std::move(payload), [&](const Outcome& posted) {
    outcome = posted;
    finished.RaiseTo(1);
  });
  finished.WaitAbove(0, absl::InfiniteFuture());
  return outcome;
}

void SqliteSpool::Post(std::string payload,
                       std::function<void(const Outcome&)> done) {
  absl::Status open;
  {
    MutexLock lock(&state_mu_);
    open = CheckOpen();
  }
  if (!open.ok()) return done(open);
  commits_->Post(std::make_unique<Pending>(
      Pending{std::move(payload), std::move(done), Numbered()}));
}

absl::Status SqliteSpool::CheckOpen() const {
  if (!closed_) return absl::OkStatus();
  return absl::UnavailableError(
      "nothing was recorded: the audit spool is closed, the agent is "
      "shutting down");
}

SqliteSpool::Numbered SqliteSpool::Number(int64_t sequence,
                                          std::string& payload) const {
  Numbered numbered{sequence, absl::StrCat(event_id_prefix_, sequence)};
  AuditEvent own;
  own.set_vch(vch_name_);
  own.set_epoch(epoch_);
  own.set_sequence(sequence);
  own.set_event_id(numbered.event_id);
  own.AppendToString(&payload);
  return numbered;
}

SqliteSpool::Outcome SqliteSpool::Journal(std::string& payload) {
  MutexLock lock(&state_mu_);
  PULLGATE_RETURN_IF_ERROR(CheckOpen());
  Numbered numbered = Number(last_sequence_.level() + 1, payload);
  const absl::Status status = AppendToJournal(numbered.sequence, payload);
  last_error_ = std::string(status.message());
  if (!status.ok()) return status;
  sizes_.push_back(static_cast<uint32_t>(payload.size()));
  bytes_ += sizes_.back();
  last_sequence_.RaiseTo(numbered.sequence);
  if (active_->bytes() >= wake_mover_at_) {
    wake_mover_at_ = kNever;
    wake_mover_.NotifyOne();
  }
  return numbered;
}

absl::Status SqliteSpool::AppendToJournal(int64_t sequence,
                                          absl::string_view payload) {
  const auto size = static_cast<int64_t>(payload.size());
  if (size > options_.max_bytes - bytes_) {
    return TooFull(bytes_, size, options_.max_bytes);
  }
  if (!active_->HasRoom(payload.size())) return JournalsFull(move_error_);
  const absl::Status status = active_->Append(sequence, payload);
  return status.ok() ? status : NothingRecorded(status);
}

void SqliteSpool::MoveEvents() {
  while (AwaitEvents()) {
    const absl::Status status = Move();
    MutexLock lock(&state_mu_);
    move_error_ = status;
  }
  // What is left: a database alone is easier to look after.
  if (Move().ok()) Move().IgnoreError();
}

bool SqliteSpool::AwaitEvents() {
  MutexLock lock(&state_mu_);
  if (move_error_.ok()) {
    AwaitBytes(1, absl::InfiniteDuration());
    AwaitBytes(EnoughToMove(options_.journal_bytes), options_.journal_linger);
  } else {
    AwaitBytes(kNever, options_.journal_linger);
  }
  return !stopping_;
}

void SqliteSpool::AwaitBytes(size_t bytes, absl::Duration timeout) {
  wake_mover_at_ = bytes;
  bool in_time = true;
  while (!stopping_ && active_->bytes() < bytes && in_time) {
    in_time = wake_mover_.WaitFor(&state_mu_, timeout);
  }
  wake_mover_at_ = kNever;
}

absl::Status SqliteSpool::Move() {
  PULLGATE_ASSIGN_OR_RETURN(const absl::string_view records, Freeze());
  PULLGATE_RETURN_IF_ERROR(Insert(records));
  return Retire();
}

absl::StatusOr<absl::string_view> SqliteSpool::Freeze() {
  MutexLock reader_lock(&reader_mu_);
  if (frozen_->last_sequence() == 0) {
    PULLGATE_RETURN_IF_ERROR(frozen_->Clear());  // if it could not be before
    MutexLock lock(&state_mu_);
    std::swap(frozen_, active_);
  }
  return frozen_->records();
}

absl::Status SqliteSpool::Insert(absl::string_view records) {
  MutexLock lock(&writer_mu_);
  int64_t last = 0;
  {
    MutexLock state_lock(&state_mu_);
    last = std::max(acked_sequence_, moved_sequence_);
  }
  const int64_t first = last + 1;
  std::vector<absl::string_view> payloads;
  while (const auto record = SpoolJournal::TakeRecord(records)) {
    if (record->sequence <= last) continue;
    payloads.push_back(record->payload);
    last = record->sequence;
  }
  if (payloads.empty()) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(writer_->Insert(first, payloads));
  MutexLock state_lock(&state_mu_);
  moved_sequence_ = last;
  return absl::OkStatus();
}

absl::Status SqliteSpool::Retire() {
  MutexLock lock(&reader_mu_);
  // What the PDP has seen may be on the device in this journal alone.
  if (frozen_->first_sequence() <= synced_sequence_) {
    PULLGATE_RETURN_IF_ERROR(reader_->Sync());
  }
  return frozen_->Clear();
}

void SqliteSpool::Commit(absl::Span<const std::unique_ptr<Pending>> group) {
  MutexLock lock(&writer_mu_);
  const int64_t last = last_sequence_.level();
  int64_t bytes = Bytes();  // changes only under writer_mu_
  std::vector<Pending*> accepted;
  std::vector<absl::string_view> payloads;
  std::string error;
  for (const std::unique_ptr<Pending>& pending : group) {
    Numbered numbered = Number(last + 1 + static_cast<int64_t>(payloads.size()),
                               pending->payload);
    const auto size = static_cast<int64_t>(pending->payload.size());
    if (size > options_.max_bytes - bytes) {
      pending->outcome = TooFull(bytes, size, options_.max_bytes);
      error = std::string(pending->outcome.status().message());
      continue;
    }
    bytes += size;
    pending->outcome = std::move(numbered);
    accepted.push_back(pending.get());
    payloads.push_back(pending->payload);
  }
  if (const absl::Status status = Record(last + 1, payloads); !status.ok()) {
    for (Pending* pending : accepted) pending->outcome = status;
    error = std::string(status.message());
  }
  MutexLock state_lock(&state_mu_);
  last_error_ = std::move(error);
}

absl::Status SqliteSpool::Record(int64_t first,
                                 absl::Span<const absl::string_view> payloads) {
  if (payloads.empty()) return absl::OkStatus();
  if (const absl::Status status = writer_->Insert(first, payloads);
      !status.ok()) {
    return NothingRecorded(status);
  }
  MutexLock lock(&state_mu_);
  for (const absl::string_view payload : payloads) {
    sizes_.push_back(static_cast<uint32_t>(payload.size()));
    bytes_ += sizes_.back();
  }
  moved_sequence_ = first + static_cast<int64_t>(payloads.size()) - 1;
  last_sequence_.RaiseTo(moved_sequence_);
  return absl::OkStatus();
}

int64_t SqliteSpool::Bytes() const {
  MutexLock lock(&state_mu_);
  return bytes_;
}

absl::StatusOr<std::vector<AuditEvent>> SqliteSpool::Read(
    int64_t after_sequence, int max_events, int64_t max_bytes) {
  MutexLock lock(&reader_mu_);
  const Extent extent = CurrentExtent();
  const int64_t after = std::max(after_sequence, extent.acked);
  int64_t last = extent.last;
  if (after >= last) return std::vector<AuditEvent>();
  if (options_.durability == Durability::kProcessCrash) {
    // A flush holds up whoever writes: not for those that one covers already.
    if (synced_sequence_ < std::min(last, after + max_events)) {
      PULLGATE_RETURN_IF_ERROR(Flush(extent));
    }
    last = synced_sequence_;
  }
  EventBatch batch(max_events, max_bytes);
  PULLGATE_RETURN_IF_ERROR(AddEvents(extent, after, last, batch));
  return batch.TakeEvents();
}

SqliteSpool::Extent SqliteSpool::CurrentExtent() const {
  MutexLock lock(&state_mu_);
  return {acked_sequence_, moved_sequence_, last_sequence_.level(),
          active_.get(), active_->records()};
}

absl::Status SqliteSpool::Flush(const Extent& extent) {
  if (extent.moved > synced_sequence_) {
    PULLGATE_RETURN_IF_ERROR(reader_->Sync());
  }
  if (frozen_->last_sequence() > std::max(extent.moved, synced_sequence_)) {
    PULLGATE_RETURN_IF_ERROR(frozen_->Flush());
  }
  if (!extent.active_records.empty()) {
    PULLGATE_RETURN_IF_ERROR(extent.active->Flush());
  }
  synced_sequence_ = extent.last;
  return absl::OkStatus();
}

absl::Status SqliteSpool::AddEvents(const Extent& extent, int64_t after,
                                    int64_t last, EventBatch& batch) const {
  if (after < extent.moved) {
    PULLGATE_RETURN_IF_ERROR(
        reader_->AddEvents(after, std::min(last, extent.moved), batch));
  }
  for (absl::string_view records :
       {frozen_->records(), extent.active_records}) {
    while (const auto record = SpoolJournal::TakeRecord(records)) {
      if (record->sequence <= std::max(after, extent.moved)) continue;
      if (record->sequence > last || batch.full()) break;
      PULLGATE_RETURN_IF_ERROR(batch.Add("the journal of the audit spool",
                                         record->sequence, record->payload));
    }
  }
  return absl::OkStatus();
}

bool SqliteSpool::WaitForEvent(int64_t after_sequence, absl::Time deadline) {
  return last_sequence_.WaitAbove(after_sequence, deadline);
}

absl::Status SqliteSpool::Ack(int64_t sequence) {
  if (const int64_t last = last_sequence_.level(); sequence > last) {
    return absl::OutOfRangeError(absl::StrCat(
        "sequence ", sequence, " of epoch ", epoch_,
        " cannot be acknowledged: the last one given out is ", last));
  }
  {
    MutexLock lock(&writer_mu_);
    {
      MutexLock state_lock(&state_mu_);
      if (sequence <= acked_sequence_) return absl::OkStatus();
    }
    PULLGATE_RETURN_IF_ERROR(writer_->Ack(sequence));
    Forget(sequence);
  }
  // The acknowledgement stands, whether or not the disk takes the deletions:
  // what is left of them is done with the next one, or when the spool is
  // opened.
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) {
    MutexLock lock(&writer_mu_);
    more = writer_->DeleteMore();
  }
  return absl::OkStatus();
}

void SqliteSpool::Forget(int64_t sequence) {
  MutexLock lock(&state_mu_);
  for (; acked_sequence_ < sequence; ++acked_sequence_) {
    bytes_ -= sizes_.front();
    sizes_.pop_front();
  }
}

Spool::Status SqliteSpool::status() const {
  Status status;
  status.epoch = epoch_;
  status.max_bytes = options_.max_bytes;
  MutexLock lock(&reader_mu_);
  const Extent extent = CurrentExtent();
  status.acked_sequence = extent.acked;
  status.last_sequence = extent.last;
  {
    MutexLock state_lock(&state_mu_);
    status.bytes = bytes_;
    status.last_error = last_error_;
  }
  EventBatch batch(/*max_events=*/1, /*max_bytes=*/0);
  const absl::Status read = AddEvents(extent, extent.acked, extent.last, batch);
  const std::vector<AuditEvent> oldest = batch.TakeEvents();
  if (!read.ok()) status.last_error = std::string(read.message());
  if (!oldest.empty()) status.oldest_unacked = EventTime(oldest.front());
  return status;
}

void SqliteSpool::Close() {
  {
    MutexLock lock(&state_mu_);
    closed_ = true;
  }
  last_sequence_.Close();
}

}  // namespace pullgate::agent
