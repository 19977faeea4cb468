// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_GATE_OPTIONS_H_
#define PULLGATE_AGENT_GATE_GATE_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/net/ip_address.h"

namespace pullgate::agent {

struct GateListen {
  IpAddress address;
  uint16_t port = 0;  // 0: any free one

  bool is_loopback() const;
  // "127.0.0.1:3128", "[::1]:3128".
  std::string ToString() const;
};

// "address:port", "[address]:port", or a port alone, which means 127.0.0.1: a
// proxy that everybody reaches must be asked for. InvalidArgument says what is
// expected.
absl::StatusOr<GateListen> ParseGateListen(absl::string_view text);

// deploy/config/agent.yaml explains each.
struct GateOptions {
  std::optional<GateListen> listen;  // absent: no gate
  size_t max_connections = 10'000;
  size_t max_connections_per_client = 10'000;
  size_t max_header_bytes = 32 * 1024;
  absl::Duration header_timeout = absl::Seconds(10);
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration idle_timeout = absl::Minutes(5);
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_GATE_OPTIONS_H_
