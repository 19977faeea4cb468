// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_DEADLINE_H_
#define PULLGATE_COMMON_RPC_DEADLINE_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"

namespace pullgate {

// When to stop working for this caller: its deadline, or `latest` if that is
// sooner or the caller gave none. A handler always has one to pass on.
inline absl::Time DeadlineOf(const grpc::ServerContextBase& context,
                             absl::Time latest) {
  const std::chrono::system_clock::time_point asked = context.deadline();
  // gRPC says "none" with the largest time, which absl would overflow.
  if (asked == std::chrono::system_clock::time_point::max()) return latest;
  return std::min(absl::FromChrono(asked), latest);
}

// Every call of ours has a deadline.
inline void SetDeadline(absl::Time deadline, grpc::ClientContext& context) {
  context.set_deadline(absl::ToChronoTime(deadline));
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_DEADLINE_H_
