// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_EVENT_UPLOADER_H_
#define PULLGATE_AGENT_AUDIT_EVENT_UPLOADER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/audit/spool.h"
#include "common/identity/vch_id.h"
#include "common/observe/log.h"
#include "common/rpc/backoff.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "pullgate/audit/v1/audit_service.grpc.pb.h"

namespace pullgate::agent {

struct EventUploaderOptions {
  // Of one message; the PDP takes at most 1,000 events and 4 MiB.
  int batch_events = 1000;
  int64_t batch_bytes = 1024 * 1024;
  // Sent and not acknowledged yet.
  int64_t max_in_flight = 8000;
  // How long to let a batch gather after its first event, and how long when
  // there are many: each reading costs the spool a flush to the device.
  absl::Duration linger = absl::Milliseconds(20);
  absl::Duration busy_linger = absl::Milliseconds(500);
};

// Carries events from the spool to the PDP, in order, each until the PDP says
// that it is durable there; then the spool may forget it. Never in the way of a
// pull. After each end of the stream it resumes where the PDP's ledger stands,
// with a jittered back-off. What the spool does not hold any more it says, and
// goes on with what follows. An event that the PDP refuses stays in the spool,
// and so does all that follows: an operator has to look.
//
// Two threads of its own. Thread-safe. Pointers are not owned and outlive this.
class EventUploader {
 public:
  // Starts uploading.
  EventUploader(std::shared_ptr<grpc::Channel> channel, Spool* spool, VchId vch,
                Backoff backoff, const Logger* log, const Clock* wall,
                EventUploaderOptions options);
  // Stops.
  ~EventUploader();

  // Waits until everything that is in the spool now is acknowledged, for at
  // most `timeout`, and not when the PDP is away. True: it is.
  bool Flush(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the stream and returns when nothing runs any more. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  struct Status {
    std::string last_error;  // empty while well
    // When the PDP acknowledged last, or said where it stands.
    absl::Time last_ack = absl::InfinitePast();
    int64_t reconnects = 0;  // streams that ended, or could not begin
  };
  Status status() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  using Stream = grpc::ClientReaderWriterInterface<
      pullgate::audit::v1::ReportEventsRequest,
      pullgate::audit::v1::ReportEventsResponse>;

  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status RunStream() ABSL_LOCKS_EXCLUDED(mu_);
  // Says who reports and learns where to resume.
  absl::Status Greet(Stream& stream) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status SendEvents(Stream& stream) ABSL_LOCKS_EXCLUDED(mu_);
  // Events between those the PDP has and those the spool holds: dropped, or
  // lost by the PDP, say with an older backup.
  void NoteHole(int64_t first, int64_t last) const;
  void ReceiveAcks(Stream& stream) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status TakeAck(int64_t sequence) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits for room to send, and unless `at_once` for something to send after
  // `sent` and for others to join it. False: the stream is over.
  bool AwaitWork(int64_t sent, bool at_once) ABSL_LOCKS_EXCLUDED(mu_);
  bool AwaitRoom(int64_t sent) ABSL_LOCKS_EXCLUDED(mu_);
  // Lets more join the first event after `sent`. False: the stream is over.
  bool Gather(int64_t sent) ABSL_LOCKS_EXCLUDED(mu_);
  // Waits so long. False: stopped, or the stream is over.
  bool Pause(absl::Duration pause, bool in_stream) ABSL_LOCKS_EXCLUDED(mu_);

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<pullgate::audit::v1::AuditService::Stub> stub_;
  Spool* const spool_;
  const VchId vch_;
  Backoff backoff_;  // of Run()'s thread
  const Logger* const log_;
  const Clock* const wall_;
  const EventUploaderOptions options_;

  mutable Mutex mu_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  bool open_ ABSL_GUARDED_BY(mu_) = false;  // the stream can still be read
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mu_) = nullptr;
  int64_t acked_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Status ack_error_ ABSL_GUARDED_BY(mu_);
  std::string last_error_ ABSL_GUARDED_BY(mu_);
  absl::Time last_ack_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  int64_t reconnects_ ABSL_GUARDED_BY(mu_) = 0;

  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_EVENT_UPLOADER_H_
