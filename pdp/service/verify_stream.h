// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_VERIFY_STREAM_H_
#define PULLGATE_PDP_SERVICE_VERIFY_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/rpc/worker_pool.h"
#include "common/sync/mutex.h"
#include "pdp/proof/checkpoint.h"
#include "pdp/service/live_streams.h"
#include "pdp/verify/ledger_prover.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// The checkpoints of a request. InvalidArgument, with the field.
absl::StatusOr<std::vector<Checkpoint>> WitnessesOf(
    const pullgate::audit::v1::VerifyLedgerRequest& request);

// A verification of the ledger on a gRPC stream: a worker reads, and says from
// time to time what it found; messages that are not written yet are joined.
// Ends early when its caller goes away.
class VerifyStream final : public grpc::ServerWriteReactor<
                               pullgate::audit::v1::VerifyLedgerResponse>,
                           public LiveStream {
 public:
  // Findings that are told; the rest is counted.
  static constexpr int64_t kMaxFindings = 1'000;

  // Not owned; outlive the stream. The stream owns itself until gRPC is done
  // with it.
  static std::shared_ptr<VerifyStream> Start(std::vector<Checkpoint> witnesses,
                                             LedgerProver* prover,
                                             WorkerPool* workers,
                                             LiveStreams* live);

  void End(const absl::Status& status) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mu_);
  void OnDone() override;

 private:
  explicit VerifyStream(LiveStreams* live) : live_(live) {}

  // On a worker.
  void Work(std::vector<Checkpoint> witnesses, LedgerProver& prover)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Found(const Finding& finding) ABSL_LOCKS_EXCLUDED(mu_);
  // False: nobody wants to know any more.
  bool Reached(int64_t position, int64_t last) ABSL_LOCKS_EXCLUDED(mu_);
  void Done(const LedgerVerdict& verdict) ABSL_LOCKS_EXCLUDED(mu_);
  // Writes what there is, or ends.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  LiveStreams* const live_;
  std::shared_ptr<VerifyStream> self_;                  // until OnDone
  pullgate::audit::v1::VerifyLedgerResponse response_;  // being written

  Mutex mu_;
  // What is to be written next.
  std::optional<pullgate::audit::v1::VerifyLedgerResponse> next_
      ABSL_GUARDED_BY(mu_);
  int64_t told_ ABSL_GUARDED_BY(mu_) = 0;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_VERIFY_STREAM_H_
