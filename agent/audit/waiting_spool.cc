// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/waiting_spool.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/observe/names.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

WaitingSpool::WaitingSpool(Open open, absl::Status error,
                           absl::Duration interval, const Logger* log)
    : open_(std::move(open)),
      interval_(interval),
      log_(log),
      error_(std::move(error)),
      thread_([this] { KeepTrying(); }) {}

WaitingSpool::~WaitingSpool() {
  Close();
  thread_.join();
}

void WaitingSpool::KeepTrying() {
  while (Pause()) {
    absl::StatusOr<std::unique_ptr<Spool>> opened = open_();
    MutexLock lock(&mu_);
    if (opened.ok()) {
      spool_ = *std::move(opened);
      if (closed_) spool_->Close();
      changed_.NotifyAll();
      log_->Info("the spool is open: events are recorded again");
      return;
    }
    error_ = opened.status();
    if (absl::IsUnavailable(error_)) continue;
    log_->Error("the spool cannot be opened, and this does not pass by itself",
                {{names::kError, error_}});
    return;
  }
}

bool WaitingSpool::Pause() {
  MutexLock lock(&mu_);
  bool in_time = true;
  while (!closed_ && in_time) in_time = changed_.WaitFor(&mu_, interval_);
  return !closed_;
}

Spool* WaitingSpool::opened() const {
  MutexLock lock(&mu_);
  return spool_.get();
}

absl::Status WaitingSpool::Refusal() const {
  MutexLock lock(&mu_);
  return absl::UnavailableError(
      absl::StrCat("nothing was recorded: ", error_.message()));
}

absl::StatusOr<AuditEvent> WaitingSpool::Append(AuditEvent event) {
  Spool* const spool = opened();
  if (spool == nullptr) return Refusal();
  return spool->Append(std::move(event));
}

void WaitingSpool::AppendAsync(std::string event, AppendDone done) {
  Spool* const spool = opened();
  if (spool == nullptr) return done(Refusal());
  spool->AppendAsync(std::move(event), std::move(done));
}

absl::StatusOr<Spool::Batch> WaitingSpool::Read(int64_t after_sequence,
                                                int max_events,
                                                int64_t max_bytes) {
  Spool* const spool = opened();
  if (spool == nullptr) return Refusal();
  return spool->Read(after_sequence, max_events, max_bytes);
}

bool WaitingSpool::WaitForEvent(int64_t after_sequence, absl::Time deadline) {
  {
    MutexLock lock(&mu_);
    bool in_time = true;
    while (spool_ == nullptr && !closed_ && in_time) {
      in_time = changed_.WaitUntil(&mu_, deadline);
    }
    if (spool_ == nullptr) return false;
  }
  return opened()->WaitForEvent(after_sequence, deadline);
}

absl::Status WaitingSpool::Ack(int64_t sequence) {
  Spool* const spool = opened();
  if (spool == nullptr) return Refusal();
  return spool->Ack(sequence);
}

Spool::Status WaitingSpool::status() const {
  if (const Spool* const spool = opened()) return spool->status();
  Status status;
  status.last_error = std::string(Refusal().message());
  return status;
}

void WaitingSpool::Close() {
  MutexLock lock(&mu_);
  closed_ = true;
  changed_.NotifyAll();
  if (spool_ != nullptr) spool_->Close();
}

}  // namespace pullgate::agent
