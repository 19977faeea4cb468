// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SYNC_SYNC_CLIENT_H_
#define PULLGATE_AGENT_SYNC_SYNC_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/sync/sync_session.h"
#include "common/observe/log.h"
#include "common/rpc/backoff.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/sync/v1/sync_service.grpc.pb.h"

namespace pullgate::agent {

struct SyncClientOptions {
  absl::Duration heartbeat_interval = absl::Seconds(10);
};

// Keeps one Sync stream to the PDP up for as long as it lives: after each end
// it subscribes again, with a jittered back-off that starts anew once the PDP
// was heard. A PDP that no longer answers heartbeats counts as gone.
//
// Two threads of its own. Thread-safe. Pointers are not owned and outlive this.
class SyncClient {
 public:
  struct Status {
    bool synced = false;
    std::string last_error;  // empty while synced
    absl::Time last_contact = absl::InfinitePast();
  };

  // Connects from now on. `on_contact` is called whenever the PDP was heard,
  // and is quick.
  SyncClient(std::shared_ptr<grpc::Channel> channel, SyncSession* session,
             Backoff backoff, const Logger* log, const Clock* wall,
             SyncClientOptions options, std::function<void()> on_contact);
  // Stops.
  ~SyncClient();

  // Ends the stream and returns when nothing runs any more. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  Status status() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  using Stub = pullgate::sync::v1::SyncService::Stub;
  using Stream =
      grpc::ClientReaderWriterInterface<pullgate::sync::v1::SyncRequest,
                                        pullgate::sync::v1::SyncResponse>;

  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // One stream, from subscription to end. Says why it ended.
  absl::Status RunStream() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Converse(Stream& stream, grpc::ClientContext& context);
  void SendHeartbeats(Stream& stream, grpc::ClientContext& context)
      ABSL_LOCKS_EXCLUDED(mu_, write_mu_);
  bool Write(Stream& stream, const pullgate::sync::v1::SyncRequest& request)
      ABSL_LOCKS_EXCLUDED(write_mu_);

  // False once stopped.
  bool Begin(grpc::ClientContext* context) ABSL_LOCKS_EXCLUDED(mu_);
  void End(const absl::Status& why) ABSL_LOCKS_EXCLUDED(mu_);
  void NoteContact() ABSL_LOCKS_EXCLUDED(mu_);
  // False once stopped, or when the stream ended.
  bool AwaitHeartbeat() ABSL_LOCKS_EXCLUDED(mu_);
  // False once stopped.
  bool Pause(absl::Duration pause) ABSL_LOCKS_EXCLUDED(mu_);

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<Stub> stub_;
  SyncSession* const session_;
  Backoff backoff_;  // of Run()'s thread
  const Logger* const log_;
  const Clock* const wall_;
  const SyncClientOptions options_;
  const std::function<void()> on_contact_;

  Mutex write_mu_;  // one writer at a time

  mutable Mutex mu_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  // Of the stream that is up; null otherwise.
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mu_) = nullptr;
  Status status_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SYNC_SYNC_CLIENT_H_
