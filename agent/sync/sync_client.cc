// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/sync/sync_client.h"

#include <utility>

#include "common/observe/names.h"
#include "common/rpc/grpc_status.h"

namespace pullgate::agent {

namespace pb = pullgate::sync::v1;

SyncClient::SyncClient(std::shared_ptr<grpc::Channel> channel,
                       SyncSession* session, Backoff backoff, const Logger* log,
                       const Clock* wall, SyncClientOptions options,
                       std::function<void()> on_contact)
    : channel_(std::move(channel)),
      stub_(pb::SyncService::NewStub(channel_)),
      session_(session),
      backoff_(std::move(backoff)),
      log_(log),
      wall_(wall),
      options_(options),
      on_contact_(std::move(on_contact)),
      thread_([this] { Run(); }) {}

SyncClient::~SyncClient() { Stop(); }

void SyncClient::Stop() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    if (context_ != nullptr) context_->TryCancel();
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

SyncClient::Status SyncClient::status() const {
  MutexLock lock(&mu_);
  return status_;
}

void SyncClient::Run() {
  absl::Duration pause;
  do {
    const absl::Status why = RunStream();
    End(why);
    pause = backoff_.Next();
    log_->Warning("no sync with the PDP",
                  {{names::kError, why}, {names::kDelay, pause}});
    // The channel has a back-off of its own; this one decides.
  } while (Pause(pause));
}

absl::Status SyncClient::RunStream() {
  // No deadline: heartbeats watch over it.
  grpc::ClientContext context;
  if (!Begin(&context)) return absl::CancelledError("stopped");
  grpc::experimental::ChannelResetConnectionBackoff(channel_.get());
  const std::unique_ptr<Stream> stream = stub_->Sync(&context);
  const absl::Status outcome = Converse(*stream, context);
  const absl::Status finished = FromGrpcStatus(stream->Finish());
  if (!outcome.ok()) return outcome;
  if (!finished.ok()) return finished;
  return absl::UnavailableError("the PDP ended the stream");
}

absl::Status SyncClient::Converse(Stream& stream,
                                  grpc::ClientContext& context) {
  if (!Write(stream, session_->Subscribe())) return absl::OkStatus();
  std::thread heartbeats([&] { SendHeartbeats(stream, context); });
  absl::Status outcome;
  pb::SyncResponse response;
  while (outcome.ok() && stream.Read(&response)) {
    NoteContact();
    backoff_.Reset();
    const SyncSession::Reaction reaction = session_->Receive(response);
    if (!reaction.problem.ok()) {
      log_->Error("the PDP's word was not taken",
                  {{names::kError, reaction.problem}});
    } else if (response.has_policy()) {
      log_->Info("policy received",
                 {{names::kRevision, response.policy().revision()}});
    }
    for (const pb::SyncRequest& reply : reaction.replies) Write(stream, reply);
    if (reaction.restart) outcome = reaction.problem;
  }
  context.TryCancel();  // ends what the other thread may be sending
  {
    MutexLock lock(&mu_);
    context_ = nullptr;
    changed_.NotifyAll();
  }
  heartbeats.join();
  return outcome;
}

void SyncClient::SendHeartbeats(Stream& stream, grpc::ClientContext& context) {
  while (AwaitHeartbeat()) {
    const std::optional<pb::SyncRequest> heartbeat = session_->Heartbeat();
    if (!heartbeat) {
      log_->Warning("the PDP does not answer heartbeats");
      context.TryCancel();
      return;
    }
    if (!Write(stream, *heartbeat)) return;
  }
}

bool SyncClient::Write(Stream& stream, const pb::SyncRequest& request) {
  MutexLock lock(&write_mu_);
  return stream.Write(request);
}

bool SyncClient::Begin(grpc::ClientContext* context) {
  MutexLock lock(&mu_);
  if (stopped_) return false;
  context_ = context;
  return true;
}

void SyncClient::End(const absl::Status& why) {
  MutexLock lock(&mu_);
  context_ = nullptr;
  status_.synced = false;
  status_.last_error = why.ToString();
}

void SyncClient::NoteContact() {
  on_contact_();
  const absl::Time now = wall_->Now();
  MutexLock lock(&mu_);
  if (!status_.synced) log_->Info("in sync with the PDP");
  status_ = {true, "", now};
}

bool SyncClient::AwaitHeartbeat() {
  MutexLock lock(&mu_);
  while (!stopped_ && context_ != nullptr) {
    if (!changed_.WaitFor(&mu_, options_.heartbeat_interval)) break;
  }
  return !stopped_ && context_ != nullptr;
}

bool SyncClient::Pause(absl::Duration pause) {
  MutexLock lock(&mu_);
  while (!stopped_) {
    if (!changed_.WaitFor(&mu_, pause)) return true;
  }
  return false;
}

}  // namespace pullgate::agent
