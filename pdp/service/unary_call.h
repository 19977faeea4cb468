// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_UNARY_CALL_H_
#define PULLGATE_PDP_SERVICE_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/caller_resolver.h"
#include "common/rpc/grpc_status.h"
#include "common/rpc/worker_pool.h"

namespace pullgate::pdp {

// Answers a unary call from a worker: `handle`, absl::StatusOr<Response>(const
// Caller&), may wait. Refuses at once when there is no caller to be told, or no
// room among the workers.
template <typename Response, typename Handle>
grpc::ServerUnaryReactor* AnswerOnWorker(grpc::CallbackServerContext* context,
                                         const CallerResolver& callers,
                                         WorkerPool& workers,
                                         Response* response, Handle handle) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  absl::StatusOr<Caller> caller = callers.CallerOf(*context);
  absl::Status status = caller.status();
  if (status.ok()) {
    status = workers.Post([reactor, response, caller = *std::move(caller),
                           handle = std::move(handle)] {
      absl::StatusOr<Response> answer = handle(caller);
      if (!answer.ok()) return reactor->Finish(ToGrpcStatus(answer.status()));
      *response = *std::move(answer);
      reactor->Finish(grpc::Status::OK);
    });
  }
  if (!status.ok()) reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_UNARY_CALL_H_
