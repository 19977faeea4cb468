// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_OBSERVE_METRICS_SERVER_H_
#define PULLGATE_COMMON_OBSERVE_METRICS_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/observe/metrics.h"

namespace prometheus {
class Exposer;
}  // namespace prometheus

namespace pullgate {

// Serves GET /metrics over plain HTTP, and 404 for everything else, from two
// threads; a request that takes longer than five seconds is cut off. Metrics
// name no registry and no person, but how busy a process is is nobody's
// business either: listen on loopback, or where only Prometheus gets to.
//
// IPv4 only, a limit of the library's built-in server. Stops when destroyed,
// which may take two seconds.
class MetricsServer {
 public:
  // `listen` is "address:port"; port 0 takes a free one. InvalidArgument: it is
  // not of that form. Unavailable: the port cannot be had. `metrics` outlives
  // this.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(
      absl::string_view listen, const Metrics& metrics);
  ~MetricsServer();

  int port() const { return port_; }

 private:
  MetricsServer(std::unique_ptr<prometheus::Exposer> exposer, int port);

  const std::unique_ptr<prometheus::Exposer> exposer_;
  const int port_;
};

// Whether `listen` is "address:port" with an IPv4 address: for configuration.
absl::Status CheckMetricsAddress(absl::string_view listen);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_OBSERVE_METRICS_SERVER_H_
