// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/sqlite_spool.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "agent/audit/event_batch.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

namespace {

// Appends in one transaction: bounds how long the first of them waits.
constexpr size_t kMaxGroup = 512;

// What did not get into the spool must not be answered, whatever the cause.
absl::Status NothingRecorded(const absl::Status& cause) {
  if (cause.ok()) return cause;
  return absl::UnavailableError(
      absl::StrCat("nothing was recorded: ", cause.message()));
}

absl::Time EventTime(const AuditEvent& event) {
  return absl::FromUnixSeconds(event.event_time().seconds()) +
         absl::Nanoseconds(event.event_time().nanos());
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSpool>> SqliteSpool::Open(
    const DataDirectory& directory, const VchId& vch, const Options& options) {
  PULLGATE_ASSIGN_OR_RETURN(
      std::unique_ptr<SpoolStore> store,
      SpoolStore::Open(directory.File(kFileName), vch, options.durability,
                       options.store));
  SpoolWriter::Contents contents = store->TakeContents();
  return absl::WrapUnique(
      new SqliteSpool(vch, options, std::move(contents), std::move(store)));
}

SqliteSpool::SqliteSpool(const VchId& vch, const Options& options,
                         SpoolWriter::Contents contents,
                         std::unique_ptr<SpoolStore> store)
    : vch_name_(vch.Name()),
      event_id_prefix_(absl::StrCat(vch.text(), "/", contents.epoch, "/")),
      options_(options),
      epoch_(std::move(contents.epoch)),
      store_(std::move(store)),
      last_sequence_(contents.acked_sequence +
                     static_cast<int64_t>(contents.sizes.size())),
      acked_sequence_(contents.acked_sequence),
      sizes_(std::move(contents.sizes)) {
  {
    MutexLock lock(&state_mu_);
    bytes_ = std::accumulate(sizes_.begin(), sizes_.end(), int64_t{0});
    numbers_.set_vch(vch_name_);
    numbers_.set_epoch(epoch_);
  }
  if (options_.durability == Durability::kPowerLoss) {
    commits_.emplace(kMaxGroup, [this](auto group) { Commit(group); });
  }
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
  if (!commits_) return Tell(Journal(event), done);
  Post(std::move(event), [done = std::move(done)](const Outcome& outcome) {
    Tell(outcome, done);
  });
}

void SqliteSpool::Tell(const Outcome& outcome, const AppendDone& done) {
  if (!outcome.ok()) return done(outcome.status());
  done(outcome->event_id);
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
                                          std::string& payload) {
  numbers_.set_sequence(sequence);
  numbers_.set_event_id(absl::StrCat(event_id_prefix_, sequence));
  numbers_.AppendToString(&payload);
  return {sequence, numbers_.event_id()};
}

SqliteSpool::Outcome SqliteSpool::Journal(std::string& payload) {
  MutexLock lock(&state_mu_);
  PULLGATE_RETURN_IF_ERROR(CheckOpen());
  Numbered numbered = Number(last_sequence_.level() + 1, payload);
  absl::Status status = CheckBound(bytes_, payload.size());
  if (status.ok()) {
    status = NothingRecorded(store_->Append(numbered.sequence, payload));
  }
  last_error_ = std::string(status.message());
  if (!status.ok()) return status;
  Enter(payload.size());
  last_sequence_.RaiseTo(numbered.sequence);
  return numbered;
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

void SqliteSpool::Enter(size_t size) {
  sizes_.push_back(static_cast<uint32_t>(size));
  bytes_ += sizes_.back();
}

void SqliteSpool::Commit(absl::Span<const std::unique_ptr<Pending>> group) {
  const int64_t last = last_sequence_.level();  // changes only here
  int64_t bytes = Bytes();  // what else happens makes it less
  std::vector<Pending*> accepted;
  std::vector<absl::string_view> payloads;
  std::string error;
  for (const std::unique_ptr<Pending>& pending : group) {
    const auto place = static_cast<int64_t>(payloads.size());
    {
      MutexLock lock(&state_mu_);
      pending->outcome = Number(last + 1 + place, pending->payload);
    }
    const size_t size = pending->payload.size();
    if (const absl::Status bound = CheckBound(bytes, size); !bound.ok()) {
      pending->outcome = bound;
      error = std::string(bound.message());
      continue;
    }
    bytes += static_cast<int64_t>(size);
    accepted.push_back(pending.get());
    payloads.push_back(pending->payload);
  }
  if (const absl::Status status = Record(last + 1, payloads); !status.ok()) {
    for (Pending* pending : accepted) pending->outcome = status;
    error = std::string(status.message());
  }
  MutexLock lock(&state_mu_);
  last_error_ = std::move(error);
}

absl::Status SqliteSpool::Record(int64_t first,
                                 absl::Span<const absl::string_view> payloads) {
  if (payloads.empty()) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(NothingRecorded(store_->Insert(first, payloads)));
  MutexLock lock(&state_mu_);
  for (const absl::string_view payload : payloads) Enter(payload.size());
  last_sequence_.RaiseTo(first + static_cast<int64_t>(payloads.size()) - 1);
  return absl::OkStatus();
}

int64_t SqliteSpool::Bytes() const {
  MutexLock lock(&state_mu_);
  return bytes_;
}

absl::StatusOr<std::vector<AuditEvent>> SqliteSpool::Read(
    int64_t after_sequence, int max_events, int64_t max_bytes) {
  const int64_t last = last_sequence_.level();
  int64_t after = after_sequence;
  {
    MutexLock lock(&state_mu_);
    after = std::max(after, acked_sequence_);
  }
  if (after >= last) return std::vector<AuditEvent>();
  EventBatch batch(max_events, max_bytes);
  const bool flush = options_.durability == Durability::kProcessCrash;
  PULLGATE_RETURN_IF_ERROR(store_->Read(after, last, flush, batch));
  return batch.TakeEvents();
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
    if (sequence <= acked_sequence_) return absl::OkStatus();
  }
  PULLGATE_RETURN_IF_ERROR(store_->Ack(sequence));
  Forget(sequence);
  // The acknowledgement stands, whether or not the disk takes the deletions.
  store_->DeleteAcked();
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
  {
    MutexLock lock(&state_mu_);
    status.last_sequence = last_sequence_.level();
    status.acked_sequence = acked_sequence_;
    status.bytes = bytes_;
    status.last_error = last_error_;
  }
  EventBatch batch(/*max_events=*/1, /*max_bytes=*/0);
  const absl::Status read = store_->Read(
      status.acked_sequence, status.last_sequence, /*flushed=*/false, batch);
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
