// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_DECISION_SERVICE_H_
#define PULLGATE_PDP_SERVICE_DECISION_SERVICE_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/caller_resolver.h"
#include "common/rpc/worker_pool.h"
#include "common/time/clock.h"
#include "pdp/service/decision_handler.h"
#include "pdp/service/decision_observer.h"
#include "pullgate/decision/v1/decision_service.grpc.pb.h"

namespace pullgate::pdp {

// The skin of DecisionHandler. A question that can be answered at once is, on
// gRPC's own thread; any other goes to the workers, and is refused with
// RESOURCE_EXHAUSTED when too many wait there.
class DecisionService final
    : public pullgate::decision::v1::DecisionService::CallbackService {
 public:
  // Not owned; outlive the server. `workers` are for nothing else: they may all
  // be waiting for DNS.
  DecisionService(const CallerResolver* callers, DecisionHandler* handler,
                  DecisionObserver* observer, WorkerPool* workers,
                  const Clock* clock);

  grpc::ServerUnaryReactor* CheckPull(
      grpc::CallbackServerContext* context,
      const pullgate::decision::v1::CheckPullRequest* request,
      pullgate::decision::v1::CheckPullResponse* response) override;

  grpc::ServerUnaryReactor* BatchCheckPulls(
      grpc::CallbackServerContext* context,
      const pullgate::decision::v1::BatchCheckPullsRequest* request,
      pullgate::decision::v1::BatchCheckPullsResponse* response) override;

 private:
  // Ends a call of CheckPull that began at `start`, and tells the observer.
  // `caller`: null if it is nobody.
  void Finish(grpc::ServerUnaryReactor* reactor, absl::Time start,
              const Caller* caller,
              absl::StatusOr<DecisionHandler::Answered> answered,
              pullgate::decision::v1::CheckPullResponse* response);

  const CallerResolver* const callers_;
  DecisionHandler* const handler_;
  DecisionObserver* const observer_;
  WorkerPool* const workers_;
  const Clock* const clock_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_DECISION_SERVICE_H_
