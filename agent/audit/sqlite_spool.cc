// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/sqlite_spool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/event_batch.h"
#include "agent/audit/event_outline.h"
#include "common/audit/event_hash.h"
#include "common/status/status_macros.h"
#include "common/wire/time_proto.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::EpochStart;

namespace {

// Appends in one transaction: bounds how long the first of them waits.
constexpr size_t kMaxGroup = 512;

// What did not get into the spool must not be answered, whatever the cause.
absl::Status NothingRecorded(const absl::Status& cause) {
  if (cause.ok()) return cause;
  return absl::UnavailableError(
      absl::StrCat("nothing was recorded: ", cause.message()));
}

const Clock* OrSystem(const Clock* clock) {
  static const auto& system = *new SystemClock;
  return clock != nullptr ? clock : &system;
}

}  // namespace

EpochStart SqliteSpool::FirstStart() {
  EpochStart start;
  start.set_cause(EpochStart::CAUSE_FIRST_START);
  start.set_detail("There was no spool in the data directory.");
  return start;
}

absl::StatusOr<std::unique_ptr<SqliteSpool>> SqliteSpool::Open(
    const DataDirectory& directory, const VchId& vch, const Options& options) {
  const EpochOrigin origin = {OrSystem(options.wall)->Now(), options.origin};
  PULLGATE_ASSIGN_OR_RETURN(
      std::unique_ptr<SpoolStore> store,
      SpoolStore::Open(directory.File(kFileName), vch, options.durability,
                       options.max_bytes, origin, options.store));
  SpoolStore::Contents contents = store->TakeContents();
  auto spool = absl::WrapUnique(
      new SqliteSpool(vch, options, std::move(contents), std::move(store)));
  PULLGATE_RETURN_IF_ERROR(spool->TellOfGap());
  return spool;
}

SqliteSpool::SqliteSpool(const VchId& vch, const Options& options,
                         SpoolStore::Contents contents,
                         std::unique_ptr<SpoolStore> store)
    : options_(options),
      wall_(OrSystem(options.wall)),
      epoch_(contents.epoch),
      store_(std::move(store)),
      last_sequence_(contents.book.head().sequence),
      book_(std::move(contents.book)),
      numberer_(vch, epoch_) {
  if (options_.durability == Durability::kPowerLoss) {
    commits_.emplace(kMaxGroup, [this](auto group) { Commit(group); });
  }
}

absl::StatusOr<AuditEvent> SqliteSpool::Append(AuditEvent event) {
  event.clear_vch();
  event.clear_epoch();
  event.clear_sequence();
  event.clear_event_id();
  event.clear_previous_hash();
  std::string payload = event.SerializeAsString();
  PULLGATE_RETURN_IF_ERROR(options_.omission.Apply(payload));
  PULLGATE_RETURN_IF_ERROR(
      (commits_ ? CommitAndWait(payload) : Journal(payload)).status());
  event.ParseFromString(payload);
  return event;
}

void SqliteSpool::AppendAsync(std::string event, AppendDone done) {
  const absl::Status fit = options_.omission.Apply(event);
  if (!fit.ok()) return done(fit);
  const auto tell = [done = std::move(done)](const Outcome& outcome,
                                             const std::string& /*event*/) {
    if (!outcome.ok()) return done(outcome.status());
    done(outcome->event_id);
  };
  if (!commits_) return tell(Journal(event), event);
  Post(std::move(event), tell);
}

absl::Status SqliteSpool::CheckOpen() const {
  if (!closed_) return absl::OkStatus();
  return absl::UnavailableError(
      "nothing was recorded: the audit spool is closed, the agent is "
      "shutting down");
}

absl::Status SqliteSpool::CheckBound(int64_t held, size_t more) const {
  const auto size = static_cast<int64_t>(more);
  if (size <= options_.max_bytes - held) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("nothing was recorded: the audit spool holds ", held,
                   " bytes that the PDP has not acknowledged, and with ", size,
                   " more would exceed its bound of ", options_.max_bytes,
                   ": make the PDP reachable, or raise spool.max_bytes"));
}

void SqliteSpool::Enter(const ChainHead& event, absl::string_view payload) {
  const absl::Time time =
      OutlineOf(payload).value_or(EventOutline()).event_time;
  book_.Enter(event, payload.size(), time);
  last_sequence_.RaiseTo(event.sequence);
}

std::string SqliteSpool::GapEvent(const Gap& gap) const {
  AuditEvent event;
  event.set_kind(AuditEvent::KIND_GAP);
  wire::ToProto(wall_->Now(), event.mutable_event_time());
  *event.mutable_gap() = gap;
  return event.SerializeAsString();
}

void SqliteSpool::EnterDrop(const Gap& gap, const ChainHead& event,
                            absl::string_view payload) {
  book_.Drop(gap, event.sequence);
  store_->NoteDrop({gap.last_sequence(), gap.SerializeAsString()});
  Enter(event, payload);
}

absl::Status SqliteSpool::TellOfGap() {
  Gap gap;
  {
    MutexLock lock(&state_mu_);
    gap = book_.gap();
    if (gap.last_sequence() <= book_.acked()) return absl::OkStatus();
    if (book_.gap_told() > 0) return absl::OkStatus();
    if (!commits_) return JournalGap(gap);
  }
  return CommitGap(gap);
}

SqliteSpool::Outcome SqliteSpool::Journal(std::string& payload) {
  MutexLock lock(&state_mu_);
  PULLGATE_RETURN_IF_ERROR(CheckOpen());
  Outcome outcome = JournalOne(payload);
  last_error_ = std::string(outcome.status().message());
  return outcome;
}

SqliteSpool::Outcome SqliteSpool::JournalOne(std::string& payload) {
  const size_t size = payload.size() + EventNumberer::kMaxAdded;
  if (options_.on_full == OnFull::kDropOldest && !book_.Fits(size)) {
    if (const std::optional<Gap> gap = book_.PlanDrop(size)) {
      PULLGATE_RETURN_IF_ERROR(JournalGap(*gap));
    }
  }
  Numbered numbered = numberer_.Complete(book_.head(), payload);
  PULLGATE_RETURN_IF_ERROR(CheckBound(book_.bytes(), payload.size()));
  PULLGATE_RETURN_IF_ERROR(
      NothingRecorded(store_->Append(numbered.head.sequence, payload)));
  Enter(numbered.head, payload);
  return numbered;
}

absl::Status SqliteSpool::JournalGap(const Gap& gap) {
  std::string payload = GapEvent(gap);
  const Numbered numbered = numberer_.Complete(book_.head(), payload);
  PULLGATE_RETURN_IF_ERROR(
      NothingRecorded(store_->Append(numbered.head.sequence, payload)));
  EnterDrop(gap, numbered.head, payload);
  return absl::OkStatus();
}

SqliteSpool::Outcome SqliteSpool::CommitAndWait(std::string& payload) {
  Outcome outcome;
  std::string completed;
  Watermark finished(0);
  Post(payload, [&](const Outcome& posted, const std::string& as) {
    outcome = posted;
    completed = as;
    finished.RaiseTo(1);
  });
  finished.WaitAbove(0, absl::InfiniteFuture());
  payload = std::move(completed);
  return outcome;
}

void SqliteSpool::Post(std::string payload, PostDone done) {
  absl::Status open;
  {
    MutexLock lock(&state_mu_);
    open = CheckOpen();
  }
  if (!open.ok()) return done(open, payload);
  commits_->Post(std::make_unique<Pending>(
      Pending{std::move(payload), std::move(done), Numbered()}));
}

void SqliteSpool::Commit(absl::Span<const std::unique_ptr<Pending>> group) {
  size_t size = 0;
  for (const std::unique_ptr<Pending>& pending : group) {
    size += pending->payload.size() + EventNumberer::kMaxAdded;
  }
  absl::Status status = CommitDrop(size);
  std::vector<Pending*> accepted;
  {
    MutexLock lock(&state_mu_);
    ChainHead head = book_.head();  // changes only on this thread
    int64_t bytes = book_.bytes();  // what else happens makes it less
    for (const std::unique_ptr<Pending>& pending : group) {
      Numbered numbered = numberer_.Complete(head, pending->payload);
      const size_t more = pending->payload.size();
      if (const absl::Status bound = CheckBound(bytes, more); !bound.ok()) {
        status.Update(bound);
        pending->outcome = status;
        continue;
      }
      bytes += static_cast<int64_t>(more);
      head = numbered.head;
      pending->outcome = std::move(numbered);
      accepted.push_back(pending.get());
    }
  }
  if (const absl::Status recorded = Record(accepted); !recorded.ok()) {
    for (Pending* pending : accepted) pending->outcome = recorded;
    status = recorded;
  }
  MutexLock lock(&state_mu_);
  last_error_ = std::string(status.message());
}

absl::Status SqliteSpool::Record(absl::Span<Pending* const> accepted) {
  if (accepted.empty()) return absl::OkStatus();
  std::vector<absl::string_view> payloads;
  payloads.reserve(accepted.size());
  for (const Pending* pending : accepted) payloads.push_back(pending->payload);
  PULLGATE_RETURN_IF_ERROR(NothingRecorded(
      store_->Insert(accepted.front()->outcome->head.sequence, payloads, {})));
  MutexLock lock(&state_mu_);
  for (const Pending* pending : accepted) {
    Enter(pending->outcome->head, pending->payload);
  }
  return absl::OkStatus();
}

absl::Status SqliteSpool::CommitDrop(size_t more) {
  std::optional<Gap> gap;
  {
    MutexLock lock(&state_mu_);
    if (options_.on_full != OnFull::kDropOldest) return absl::OkStatus();
    if (!book_.Fits(more)) gap = book_.PlanDrop(more);
  }
  return gap ? CommitGap(*gap) : absl::OkStatus();
}

absl::Status SqliteSpool::CommitGap(const Gap& gap) {
  std::string payload = GapEvent(gap);
  Numbered numbered;
  {
    MutexLock lock(&state_mu_);
    numbered = numberer_.Complete(book_.head(), payload);
  }
  PULLGATE_RETURN_IF_ERROR(NothingRecorded(
      store_->Insert(numbered.head.sequence, {payload},
                     {gap.last_sequence(), gap.SerializeAsString()})));
  MutexLock lock(&state_mu_);
  EnterDrop(gap, numbered.head, payload);
  return absl::OkStatus();
}

absl::StatusOr<Spool::Batch> SqliteSpool::Read(int64_t after_sequence,
                                               int max_events,
                                               int64_t max_bytes) {
  const int64_t last = last_sequence_.level();
  int64_t after = after_sequence;
  int64_t flush = 0;
  {
    MutexLock lock(&state_mu_);
    after = std::max(after, book_.base());
    // Whoever is told of a hole must not be told of another later, because
    // the event that tells of this one was lost.
    if (after_sequence < book_.gap().last_sequence()) flush = book_.gap_told();
  }
  if (after >= last) return Batch{after + 1, {}};
  EventBatch batch(max_events, max_bytes);
  flush = options_.durability == Durability::kProcessCrash
              ? std::max(flush, std::min(last, after + max_events))
              : 0;
  PULLGATE_RETURN_IF_ERROR(store_->Read(after, last, flush, batch));
  {
    MutexLock lock(&state_mu_);
    // Dropped meanwhile: what tells of it is not flushed yet. The next call
    // sees to that.
    if (book_.gap().last_sequence() > after) return Batch{after + 1, {}};
    batch.Forget(book_.base());
  }
  const int64_t first = batch.first_sequence();
  return Batch{first > 0 ? first : after + 1, batch.TakeEvents()};
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
  MutexLock lock(&ack_mu_);
  {
    MutexLock state_lock(&state_mu_);
    if (sequence <= book_.acked()) return absl::OkStatus();
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::string hash, HashOf(sequence));
  PULLGATE_RETURN_IF_ERROR(store_->Ack(sequence, hash));
  {
    MutexLock state_lock(&state_mu_);
    book_.Ack(sequence);
  }
  // The acknowledgement stands, whether or not the disk takes the deletions.
  store_->DeleteForgotten().IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<std::string> SqliteSpool::HashOf(int64_t sequence) const {
  {
    MutexLock lock(&state_mu_);
    if (sequence == book_.head().sequence) return ToBytes(book_.head().hash);
    if (sequence <= book_.base()) return "";
  }
  EventBatch batch(/*max_events=*/1, /*max_bytes=*/0);
  PULLGATE_RETURN_IF_ERROR(
      store_->Read(sequence - 1, sequence, /*flush_through=*/0, batch));
  const std::vector<std::string> events = batch.TakeEvents();
  if (!events.empty()) return ToBytes(HashEvent(events.front()));
  MutexLock lock(&state_mu_);
  if (sequence <= book_.base()) return "";  // dropped meanwhile
  return absl::DataLossError(absl::StrCat("the event with sequence ", sequence,
                                          " is not in the spool any more"));
}

Spool::Status SqliteSpool::status() const {
  Status status;
  status.epoch = epoch_;
  status.max_bytes = options_.max_bytes;
  {
    MutexLock lock(&state_mu_);
    status.last_sequence = book_.head().sequence;
    status.last_hash = book_.head().hash;
    status.acked_sequence = book_.acked();
    status.events = book_.events();
    status.bytes = book_.bytes();
    status.oldest_unacked = book_.oldest();
    status.gap = book_.gap();
    status.last_error = last_error_;
  }
  if (status.last_error.empty()) {
    status.last_error = std::string(store_->move_error().message());
  }
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
