// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/observe/metrics_server.h"

#include <arpa/inet.h>
#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// CivetWeb's options, by name and value.
std::vector<std::string> ServerOptions(absl::string_view listen) {
  return {"listening_ports",    std::string(listen),
          "num_threads",        "2",
          "request_timeout_ms", "5000",
          "enable_keep_alive",  "no"};
}

}  // namespace

absl::Status CheckMetricsAddress(absl::string_view listen) {
  const size_t colon = listen.rfind(':');
  in_addr address = {};
  int port = 0;
  if (colon != absl::string_view::npos &&
      inet_pton(AF_INET, std::string(listen.substr(0, colon)).c_str(),
                &address) == 1 &&
      absl::SimpleAtoi(listen.substr(colon + 1), &port) && port >= 0 &&
      port <= 65535) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected an IPv4 address and a port such as 127.0.0.1:9464, got \"",
      absl::CHexEscape(listen), "\""));
}

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    absl::string_view listen, const Metrics& metrics) {
  PULLGATE_RETURN_IF_ERROR(CheckMetricsAddress(listen));
  // The library reports by exceptions; they end here.
  try {
    auto exposer = std::make_unique<prometheus::Exposer>(ServerOptions(listen));
    exposer->RegisterCollectable(metrics.registry());
    const std::vector<int> ports = exposer->GetListeningPorts();
    const int port = ports.empty() ? 0 : ports.front();
    return absl::WrapUnique(new MetricsServer(std::move(exposer), port));
  } catch (const std::exception& e) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on ", listen, ": ", e.what()));
  }
}

MetricsServer::MetricsServer(std::unique_ptr<prometheus::Exposer> exposer,
                             int port)
    : exposer_(std::move(exposer)), port_(port) {}

MetricsServer::~MetricsServer() = default;

}  // namespace pullgate
