// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_CHANNEL_H_
#define PULLGATE_COMMON_RPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace pullgate {

struct ChannelSettings {
  // The name to expect in the server's certificate, if not the host of the
  // target.
  std::string server_name;
  // Between attempts to connect; gRPC adds jitter.
  absl::Duration min_backoff = absl::Milliseconds(200);
  absl::Duration max_backoff = absl::Seconds(30);
  // A whole policy comes in one message.
  int max_response_bytes = 256 << 20;
};

// A channel to one server: its own connection, watched by keepalive pings every
// 20 s. Takes no instructions from the environment or from DNS: no proxy, no
// service configuration. `target` is "host:port", "unix:/path" or another form
// of gRPC's.
std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const ChannelSettings& settings = {});

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_CHANNEL_H_
