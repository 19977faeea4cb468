// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_PDP_SERVER_H_
#define PULLGATE_PDP_SERVER_PDP_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/observe/log.h"
#include "common/observe/log_sink.h"
#include "common/observe/metrics.h"
#include "common/time/clock.h"
#include "pdp/server/pdp_options.h"

namespace pullgate::pdp {

// A running PDP: everything wired, listening.
//
// Health says SERVING from the start. Shutdown() makes it say NOT_SERVING, ends
// the streams with UNAVAILABLE, waits for other calls until `drain_deadline`,
// cuts off the rest, and returns when nothing runs any more.
class PdpServer {
 public:
  // Not owned; outlive the server.
  struct Surroundings {
    Logger* log;
    const LogSink* log_sink;
    Metrics* metrics;
    const Clock* clock;
  };

  // Errors say what could not be had: the data directory, the TLS files, a
  // port, the socket. Nothing is left behind then.
  static absl::StatusOr<std::unique_ptr<PdpServer>> Start(
      const PdpOptions& options, const Surroundings& surroundings);

  // Shuts down.
  ~PdpServer();
  PdpServer(const PdpServer&) = delete;
  PdpServer& operator=(const PdpServer&) = delete;

  // Of `listen`, also when that said port 0.
  int port() const;
  // Of /metrics; 0 if it is not served.
  int metrics_port() const;

  // Takes over what can change while running (operators, protected registries,
  // unpinnable addresses, default policy and lease, log level) and reads the
  // TLS files; logs which changed keys need a restart. An error means that
  // something of it could not be taken over; the PDP goes on.
  absl::Status Reload(const PdpOptions& next);

  // Idempotent; one thread at a time.
  void Shutdown();

 private:
  class Wiring;

  explicit PdpServer(std::unique_ptr<Wiring> wiring);

  const std::unique_ptr<Wiring> wiring_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_PDP_SERVER_H_
