// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_SYNC_SERVICE_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_SYNC_SERVICE_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "pullgate/sync/v1/sync_service.grpc.pb.h"

namespace pullgate::agent {

// Sends the policy it was told last, and a lease for each heartbeat. One agent
// at a time. Thread-safe.
class FakeSyncService final : public pullgate::sync::v1::SyncService::Service {
 public:
  // Sends it to whoever is connected, and to whoever subscribes with another
  // revision, whichever is higher: a test may go back.
  void SetPolicy(pullgate::sync::v1::EffectivePolicy policy)
      ABSL_LOCKS_EXCLUDED(mu_);
  void SetLease(absl::Duration lease) ABSL_LOCKS_EXCLUDED(mu_);
  // Goes on reading, but answers nothing.
  void BeSilent() ABSL_LOCKS_EXCLUDED(mu_);
  // Ends the stream that is open, with `status`. New ones are taken.
  void EndStream(grpc::Status status) ABSL_LOCKS_EXCLUDED(mu_);
  // Refuses new streams; OK ends it.
  void RefuseWith(grpc::Status status) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until something like this was received.
  void AwaitAck(int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);
  void AwaitNack(int64_t revision) ABSL_LOCKS_EXCLUDED(mu_);
  void AwaitSubscribes(size_t count) ABSL_LOCKS_EXCLUDED(mu_);
  void AwaitHeartbeats(size_t count) ABSL_LOCKS_EXCLUDED(mu_);
  // Everything that was received, in order.
  std::vector<pullgate::sync::v1::SyncRequest> received() const
      ABSL_LOCKS_EXCLUDED(mu_);

  grpc::Status Sync(grpc::ServerContext* context,
                    grpc::ServerReaderWriter<pullgate::sync::v1::SyncResponse,
                                             pullgate::sync::v1::SyncRequest>*
                        stream) override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  using Stream = grpc::ServerReaderWriter<pullgate::sync::v1::SyncResponse,
                                          pullgate::sync::v1::SyncRequest>;
  using Matches = std::function<bool(const pullgate::sync::v1::SyncRequest&)>;

  void AwaitReceived(size_t count, const Matches& matches)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Take(const pullgate::sync::v1::SyncRequest& request)
      ABSL_LOCKS_EXCLUDED(mu_);
  void QueueLease(int64_t heartbeat_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void QueuePolicy() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  CondVar changed_;
  bool silent_ ABSL_GUARDED_BY(mu_) = false;
  absl::Duration lease_ ABSL_GUARDED_BY(mu_) = absl::Minutes(10);
  std::optional<pullgate::sync::v1::EffectivePolicy> policy_
      ABSL_GUARDED_BY(mu_);
  grpc::Status refusal_ ABSL_GUARDED_BY(mu_);
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  std::vector<pullgate::sync::v1::SyncResponse> to_send_ ABSL_GUARDED_BY(mu_);
  std::vector<pullgate::sync::v1::SyncRequest> received_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_SYNC_SERVICE_H_
