// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_GATE_CORE_H_
#define PULLGATE_AGENT_GATE_GATE_CORE_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <string>

#include "agent/gate/connection_book.h"
#include "agent/gate/gate_options.h"
#include "agent/gate/gate_parts.h"
#include "agent/gate/pipe_pool.h"

namespace pullgate::agent {

// What all connections of a gate share. Thread-safe; shared by all that may
// still be called, so that nothing late finds it gone.
struct GateCore {
  GateCore(const GateOptions& options, const GateParts& parts)
      : options(options),
        parts(parts),
        book(options.max_connections, options.max_connections_per_client) {}

  // By the clock that nobody sets.
  absl::Time Now() const { return parts.boot->Now(); }

  const GateOptions options;
  const GateParts parts;
  std::atomic<bool> draining{false};
  std::atomic<bool> stopped{false};  // nobody runs `io` any more
  ConnectionBook book;
  PipePool pipes;
  boost::asio::io_context io;  // last: what it still holds uses the rest
};

// Counts an end of a request: "tunnel", "forward", "denied", "unreachable",
// "bad_request", "overloaded".
void CountRequest(const GateCore& core, const char* result);

void CountBytes(const GateCore& core, uint64_t to_registry, uint64_t to_client);

// Records that a pull ended early: event, counter, log line.
void ReportEarlyEnd(const GateCore& core, const OpenPull& pull,
                    const EarlyEnd& end, const std::string& server_name,
                    uint64_t to_registry, uint64_t to_client);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_GATE_CORE_H_
