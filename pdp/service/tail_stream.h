// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_TAIL_STREAM_H_
#define PULLGATE_PDP_SERVICE_TAIL_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/service/live_streams.h"
#include "pdp/service/tail_hub.h"
#include "pdp/service/tail_session.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// A TailSession on a gRPC stream: asks the hub for more whenever everything is
// written. Holds no thread while nothing happens. Sends its initial metadata
// once it knows where it starts, so that a caller can tell from when on it
// misses nothing.
class TailStream final
    : public grpc::ServerWriteReactor<pullgate::audit::v1::TailEventsResponse>,
      public LiveStream {
 public:
  // Not owned; outlive the stream. The stream owns itself until gRPC is done
  // with it.
  static std::shared_ptr<TailStream> Start(std::unique_ptr<TailSession> session,
                                           AuditLedger* ledger, TailHub* hub,
                                           LiveStreams* live);

  void End(const absl::Status& status) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mu_);
  void OnDone() override;

 private:
  TailStream(std::unique_ptr<TailSession> session, TailHub* hub,
             LiveStreams* live);

  // On the hub's thread.
  absl::StatusOr<TailHub::Progress> Feed(AuditLedger& ledger)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Writes what there is, or ends. True: something is being written.
  bool Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::unique_ptr<TailSession> session_;
  TailHub* const hub_;
  LiveStreams* const live_;
  std::shared_ptr<TailStream> self_;                  // until OnDone
  pullgate::audit::v1::TailEventsResponse response_;  // being written

  Mutex mu_;
  std::optional<TailHub::FollowerId> id_ ABSL_GUARDED_BY(mu_);
  bool started_ ABSL_GUARDED_BY(mu_) = false;  // initial metadata is sent
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_TAIL_STREAM_H_
