// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_GRPC_LOG_H_
#define PULLGATE_COMMON_RPC_GRPC_LOG_H_

#include "common/observe/log.h"
#include "common/time/clock.h"

namespace pullgate {

// Sends what gRPC's library logs, which is plain text on standard error
// otherwise, to a logger as warnings: at most one line per second, since any
// stranger who fails a handshake causes one. One at a time per process.
class GrpcLogRoute {
 public:
  // Not owned; both outlive this.
  GrpcLogRoute(const Logger* log, const Clock* clock);
  ~GrpcLogRoute();
  GrpcLogRoute(const GrpcLogRoute&) = delete;
  GrpcLogRoute& operator=(const GrpcLogRoute&) = delete;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_GRPC_LOG_H_
