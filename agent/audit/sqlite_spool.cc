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

// What did not get into the spool must not be answered, whatever the cause.
absl::Status NothingRecorded(const absl::Status& cause) {
  return absl::UnavailableError(
      absl::StrCat("nothing was recorded: ", cause.message()));
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

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSpool>> SqliteSpool::Open(
    const DataDirectory& directory, const VchId& vch, const Options& options) {
  const std::string path = directory.File(kFileName);
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolWriter> writer,
                            SpoolWriter::Open(path, vch, options.durability));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<SpoolReader> reader,
                            SpoolReader::Open(path));
  SpoolWriter::Contents contents = writer->TakeContents();
  return absl::WrapUnique(new SqliteSpool(
      vch, options, std::move(contents), std::move(writer), std::move(reader)));
}

SqliteSpool::SqliteSpool(const VchId& vch, const Options& options,
                         SpoolWriter::Contents contents,
                         std::unique_ptr<SpoolWriter> writer,
                         std::unique_ptr<SpoolReader> reader)
    : vch_name_(vch.Name()),
      event_id_prefix_(absl::StrCat(vch.text(), "/", contents.epoch, "/")),
      options_(options),
      epoch_(std::move(contents.epoch)),
      last_sequence_(contents.acked_sequence +
                     static_cast<int64_t>(contents.sizes.size())),
      writer_(std::move(writer)),
      reader_(std::move(reader)),
      acked_sequence_(contents.acked_sequence),
      sizes_(std::move(contents.sizes)),
      appends_(kMaxGroup,
               [this](absl::Span<const std::unique_ptr<Pending>> group) {
                 Commit(group);
               }) {
  {
    MutexLock lock(&writer_mu_);
    numbers_.set_vch(vch_name_);
    numbers_.set_epoch(epoch_);
  }
  MutexLock lock(&state_mu_);
  bytes_ = std::accumulate(sizes_.begin(), sizes_.end(), int64_t{0});
}

absl::StatusOr<AuditEvent> SqliteSpool::Append(AuditEvent event) {
  PULLGATE_RETURN_IF_ERROR(CheckOpen());
  auto pending = std::make_unique<Pending>();
  event.clear_vch();
  event.clear_epoch();
  event.clear_sequence();
  event.clear_event_id();
  event.SerializeToString(&pending->payload);
  absl::Status outcome;
  Watermark finished(0);
  pending->done = [&](Pending& done) {
    outcome = done.outcome;
    event.set_sequence(done.sequence);
    event.set_event_id(std::move(done.event_id));
    finished.RaiseTo(1);
  };
  appends_.Post(std::move(pending));
  finished.WaitAbove(0, absl::InfiniteFuture());
  PULLGATE_RETURN_IF_ERROR(outcome);
  event.set_vch(vch_name_);
  event.set_epoch(epoch_);
  return event;
}

void SqliteSpool::AppendAsync(std::string event, AppendDone done) {
  if (const absl::Status open = CheckOpen(); !open.ok()) return done(open);
  auto pending = std::make_unique<Pending>();
  pending->payload = std::move(event);
  pending->done = [done = std::move(done)](Pending& pending) {
    if (!pending.outcome.ok()) return done(pending.outcome);
    done(std::move(pending.event_id));
  };
  appends_.Post(std::move(pending));
}

absl::Status SqliteSpool::CheckOpen() const {
  MutexLock lock(&state_mu_);
  if (!closed_) return absl::OkStatus();
  return absl::UnavailableError(
      "nothing was recorded: the audit spool is closed, the agent is "
      "shutting down");
}

void SqliteSpool::Commit(absl::Span<const std::unique_ptr<Pending>> group) {
  MutexLock lock(&writer_mu_);
  const int64_t last = last_sequence_.level();
  int64_t bytes = Bytes();  // changes only under writer_mu_
  std::vector<Pending*> accepted;
  std::vector<std::string> payloads;
  std::string error;
  for (const std::unique_ptr<Pending>& pending : group) {
    Number(last + 1 + static_cast<int64_t>(payloads.size()), *pending);
    const auto size = static_cast<int64_t>(pending->payload.size());
    if (size > options_.max_bytes - bytes) {
      pending->outcome = TooFull(bytes, size, options_.max_bytes);
      error = std::string(pending->outcome.message());
      continue;
    }
    bytes += size;
    accepted.push_back(pending.get());
    payloads.push_back(std::move(pending->payload));
  }
  if (const absl::Status status = Record(last + 1, payloads); !status.ok()) {
    for (Pending* pending : accepted) pending->outcome = status;
    error = std::string(status.message());
  }
  MutexLock state_lock(&state_mu_);
  last_error_ = std::move(error);
}

void SqliteSpool::Number(int64_t sequence, Pending& pending) {
  pending.sequence = sequence;
  pending.event_id = absl::StrCat(event_id_prefix_, sequence);
  numbers_.set_sequence(sequence);
  numbers_.set_event_id(pending.event_id);
  numbers_.AppendToString(&pending.payload);
}

absl::Status SqliteSpool::Record(int64_t first,
                                 const std::vector<std::string>& payloads) {
  if (payloads.empty()) return absl::OkStatus();
  if (const absl::Status status = writer_->Insert(first, payloads);
      !status.ok()) {
    return NothingRecorded(status);
  }
  {
    MutexLock lock(&state_mu_);
    for (const std::string& payload : payloads) {
      sizes_.push_back(static_cast<uint32_t>(payload.size()));
      bytes_ += sizes_.back();
    }
  }
  last_sequence_.RaiseTo(first + static_cast<int64_t>(payloads.size()) - 1);
  return absl::OkStatus();
}

int64_t SqliteSpool::Bytes() const {
  MutexLock lock(&state_mu_);
  return bytes_;
}

absl::StatusOr<std::vector<AuditEvent>> SqliteSpool::Read(
    int64_t after_sequence, int max_events, int64_t max_bytes) {
  MutexLock lock(&reader_mu_);
  int64_t last = last_sequence_.level();
  if (after_sequence >= last) return std::vector<AuditEvent>();
  int64_t after = after_sequence;
  {
    MutexLock state_lock(&state_mu_);
    after = std::max(after, acked_sequence_);
  }
  if (options_.durability == Durability::kProcessCrash) {
    // A flush holds up whoever commits: not for those that one covers already.
    if (synced_sequence_ < std::min(last, after + max_events)) {
      PULLGATE_RETURN_IF_ERROR(reader_->Sync());
      synced_sequence_ = last;
    }
    last = synced_sequence_;
  }
  return reader_->Events(after, last, max_events, max_bytes);
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
  {
    MutexLock lock(&state_mu_);
    status.acked_sequence = acked_sequence_;
    status.bytes = bytes_;
    status.last_error = last_error_;
  }
  status.last_sequence = last_sequence_.level();
  MutexLock lock(&reader_mu_);
  const absl::StatusOr<std::vector<AuditEvent>> oldest = reader_->Events(
      status.acked_sequence, status.last_sequence, /*max_events=*/1,
      /*max_bytes=*/0);
  if (!oldest.ok()) {
    status.last_error = std::string(oldest.status().message());
  } else if (!oldest->empty()) {
    status.oldest_unacked = EventTime(oldest->front());
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
