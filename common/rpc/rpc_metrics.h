// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_RPC_METRICS_H_
#define PULLGATE_COMMON_RPC_RPC_METRICS_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "common/observe/metrics.h"
#include "common/time/clock.h"

namespace pullgate {

// Counts the calls of a server by method and code, and for those that are no
// streams measures how long they took:
//   builder.experimental().SetInterceptorCreators({MakeRpcMetrics(...)});
// A call that was cancelled, or refused by the authorizer, is not among them.
// Not owned; both outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeRpcMetrics(Metrics* metrics, const Clock* clock);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_RPC_METRICS_H_
