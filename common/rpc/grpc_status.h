// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The only crossing between absl::Status and the wire. What
// common/status/error_info.h attaches travels as google.rpc.Status details
// (AIP-193): ErrorInfo with domain "pullgate", and BadRequest.

#ifndef PULLGATE_COMMON_RPC_GRPC_STATUS_H_
#define PULLGATE_COMMON_RPC_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <cstddef>

#include "absl/status/status.h"

namespace pullgate {

// A status travels in the trailers, and a client that keeps gRPC's default
// takes 8 KiB of them, percent- and base64-encoded; more turns the error into
// another one. So what is longer than these bytes is cut, and says so.
inline constexpr size_t kMaxStatusMessage = 1024;
inline constexpr size_t kMaxStatusDetails = 3072;

// Messages are made valid UTF-8 and cut. Field violations that no longer fit
// are replaced by one that counts them.
grpc::Status ToGrpcStatus(const absl::Status& status);

// Details that do not parse are dropped; a code nobody defined is kUnknown.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_GRPC_STATUS_H_
