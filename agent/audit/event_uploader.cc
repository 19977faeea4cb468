// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/event_uploader.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/observe/names.h"
#include "common/rpc/grpc_status.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

namespace pb = pullgate::audit::v1;

namespace {

// How often a wait for events looks whether the stream is still there: the
// spool wakes nobody for that.
constexpr absl::Duration kLookUp = absl::Milliseconds(100);

// So many events within a linger, and it is worth waiting for more.
constexpr int64_t kMany = 50;

// Pulls come first when the processor is short: this thread's work can wait.
// (On Linux a thread has a nice value of its own, setpriority(2).)
void StepBack() {
  constexpr int kNice = 10;
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
}

}  // namespace

EventUploader::EventUploader(std::shared_ptr<grpc::Channel> channel,
                             Spool* spool, VchId vch, Backoff backoff,
                             const Logger* log, const Clock* wall,
                             EventUploaderOptions options)
    : channel_(std::move(channel)),
      stub_(pb::AuditService::NewStub(channel_)),
      spool_(spool),
      vch_(std::move(vch)),
      backoff_(std::move(backoff)),
      log_(log),
      wall_(wall),
      options_(options),
      thread_([this] { Run(); }) {}

EventUploader::~EventUploader() { Stop(); }

void EventUploader::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    if (context_ != nullptr) context_->TryCancel();
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

bool EventUploader::Flush(absl::Duration timeout) {
  const Spool::Status spool = spool_->status();
  if (spool.acked_sequence >= spool.last_sequence) return true;
  const absl::Time deadline = wall_->Now() + timeout;
  MutexLock lock(&mu_);
  while (!stopped_ && last_error_.empty() && acked_ < spool.last_sequence) {
    if (!changed_.WaitUntil(&mu_, deadline)) break;
  }
  return acked_ >= spool.last_sequence;
}

EventUploader::Status EventUploader::status() const {
  MutexLock lock(&mu_);
  return {last_error_, last_ack_, reconnects_};
}

void EventUploader::Run() {
  StepBack();
  absl::Duration pause;
  do {
    const absl::Status why = RunStream();
    {
      MutexLock lock(&mu_);
      last_error_ = why.ToString();
      ++reconnects_;
      changed_.NotifyAll();
    }
    pause = backoff_.Next();
    log_->Warning("audit events are not being reported",
                  {{names::kError, why}, {names::kDelay, pause}});
  } while (Pause(pause, /*in_stream=*/false));
}

absl::Status EventUploader::RunStream() {
  // No deadline: it lives as long as both sides do.
  grpc::ClientContext context;
  {
    MutexLock lock(&mu_);
    if (stopped_) return absl::CancelledError("stopped");
    context_ = &context;
    open_ = true;
    ack_error_ = absl::OkStatus();
  }
  const std::unique_ptr<Stream> stream = stub_->ReportEvents(&context);
  absl::Status outcome = Greet(*stream);
  if (outcome.ok()) {
    std::thread acks([&] { ReceiveAcks(*stream); });
    outcome = SendEvents(*stream);
    // Reading ends when the PDP has ended the stream, or with this.
    if (!outcome.ok()) context.TryCancel();
    acks.join();
  }
  {
    MutexLock lock(&mu_);
    context_ = nullptr;
    open_ = false;
    if (!ack_error_.ok()) outcome = ack_error_;
  }
  if (!outcome.ok()) context.TryCancel();
  const absl::Status finished = FromGrpcStatus(stream->Finish());
  if (!outcome.ok()) return outcome;
  if (!finished.ok()) return finished;
  return absl::UnavailableError("the PDP ended the stream");
}

absl::Status EventUploader::Greet(Stream& stream) {
  const Spool::Status spool = spool_->status();
  if (spool.epoch.empty()) return absl::UnavailableError(spool.last_error);
  pb::ReportEventsRequest hello;
  hello.set_vch(vch_.Name());
  hello.set_epoch(spool.epoch);
  pb::ReportEventsResponse response;
  // A stream that breaks here says why when it is finished.
  if (!stream.Write(hello) || !stream.Read(&response)) {
    MutexLock lock(&mu_);
    open_ = false;
    return absl::OkStatus();
  }
  PULLGATE_RETURN_IF_ERROR(TakeAck(response.acked_sequence()));
  backoff_.Reset();
  MutexLock lock(&mu_);
  last_error_.clear();
  return absl::OkStatus();
}

absl::Status EventUploader::SendEvents(Stream& stream) {
  int64_t sent = 0;
  {
    MutexLock lock(&mu_);
    sent = acked_;
  }
  bool more = false;  // the last batch was a full one
  while (AwaitWork(sent, more)) {
    PULLGATE_ASSIGN_OR_RETURN(
        Spool::Batch batch,
        spool_->Read(sent, options_.batch_events, options_.batch_bytes));
    if (batch.events.empty()) continue;
    pb::ReportEventsRequest request;
    if (batch.first_sequence != sent + 1) {
      NoteHole(sent + 1, batch.first_sequence - 1);
      request.set_dropped_through(batch.first_sequence - 1);
    }
    sent = batch.last_sequence();
    more = batch.events.size() == static_cast<size_t>(options_.batch_events);
    for (std::string& event : batch.events) {
      *request.add_events() = std::move(event);
    }
    if (!stream.Write(request)) break;
  }
  return absl::OkStatus();
}

void EventUploader::NoteHole(int64_t first, int64_t last) const {
  log_->Error("audit events are gone that the PDP does not have",
              {{names::kFirstSequence, first}, {names::kLastSequence, last}});
}

void EventUploader::ReceiveAcks(Stream& stream) {
  StepBack();
  pb::ReportEventsResponse response;
  absl::Status status;
  while (status.ok() && stream.Read(&response)) {
    status = TakeAck(response.acked_sequence());
  }
  MutexLock lock(&mu_);
  ack_error_ = status;
  open_ = false;
  changed_.NotifyAll();
}

absl::Status EventUploader::TakeAck(int64_t sequence) {
  PULLGATE_RETURN_IF_ERROR(spool_->Ack(sequence));
  MutexLock lock(&mu_);
  acked_ = sequence;
  last_ack_ = wall_->Now();
  changed_.NotifyAll();
  return absl::OkStatus();
}

bool EventUploader::AwaitWork(int64_t sent, bool at_once) {
  if (!AwaitRoom(sent)) return false;
  if (at_once) return true;
  while (!spool_->WaitForEvent(sent, wall_->Now() + kLookUp)) {
    // A closed spool waits for nothing: do not spin.
    if (!Pause(options_.linger, /*in_stream=*/true)) return false;
  }
  return Gather(sent);
}

bool EventUploader::Gather(int64_t sent) {
  const auto has = [this, sent](int64_t events) {
    return spool_->WaitForEvent(sent + events, wall_->Now());
  };
  if (!Pause(options_.linger, /*in_stream=*/true)) return false;
  if (!has(kMany)) return true;
  const absl::Time latest = wall_->Now() + options_.busy_linger;
  while (wall_->Now() < latest && !has(options_.max_in_flight)) {
    if (!Pause(options_.linger, /*in_stream=*/true)) return false;
  }
  return true;
}

bool EventUploader::AwaitRoom(int64_t sent) {
  MutexLock lock(&mu_);
  while (!stopped_ && open_ && sent - acked_ >= options_.max_in_flight) {
    changed_.Wait(&mu_);
  }
  return !stopped_ && open_;
}

bool EventUploader::Pause(absl::Duration pause, bool in_stream) {
  const absl::Time end = wall_->Now() + pause;
  MutexLock lock(&mu_);
  bool in_time = pause > absl::ZeroDuration();
  while (!stopped_ && (open_ || !in_stream) && in_time) {
    in_time = changed_.WaitUntil(&mu_, end);
  }
  return !stopped_ && (open_ || !in_stream);
}

}  // namespace pullgate::agent
