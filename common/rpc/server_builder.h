// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_SERVER_BUILDER_H_
#define PULLGATE_COMMON_RPC_SERVER_BUILDER_H_

#include <grpcpp/server_builder.h>

#include <cstddef>
#include <memory>

#include "absl/time/time.h"

namespace pullgate {

// How long a server's streams may last. gRPC closes a connection at its age
// limit softly, with a grace period for calls; a handler that ends each of its
// streams by itself within less than that never sees one cut.
inline constexpr absl::Duration kMaxStreamAge = absl::Minutes(5);
inline constexpr absl::Duration kConnectionAgeGrace = absl::Minutes(6);
// Limits for how long a peer that a removed CA vouched for keeps its
// connection: this and a tenth (gRPC's jitter), and the grace.
inline constexpr absl::Duration kMaxConnectionAge = absl::Minutes(30);

struct ServerSettings {
  int max_request_bytes = 4 << 20;
  // Calls at once on one connection.
  int max_concurrent_streams = 1000;
  // Memory of all connections' buffers together; above it gRPC reads more
  // slowly and refuses.
  size_t max_buffer_bytes = 256 << 20;
  absl::Duration max_connection_age = kMaxConnectionAge;
  absl::Duration connection_age_grace = kConnectionAgeGrace;
};

// A builder with these limits, keepalive (a peer that is gone is noticed within
// 40 s; clients may ping every 10 s, with or without calls), no port sharing
// (a second process on the same port fails to start instead of taking half of
// the calls), and what lets grpcurl work without any protos: reflection v1 and
// v1alpha, channelz, and gRPC's health service with its descriptors and those
// of google.rpc.
//
// Add ports and services, then BuildAndStart(). Health says SERVING for ""
// from then on; see grpc::Server::GetHealthCheckService().
std::unique_ptr<grpc::ServerBuilder> MakeServerBuilder(
    const ServerSettings& settings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_SERVER_BUILDER_H_
