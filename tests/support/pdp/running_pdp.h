// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A whole PDP inside a test: real storage, real sockets, DNS switched off.

#ifndef PULLGATE_TESTS_SUPPORT_PDP_RUNNING_PDP_H_
#define PULLGATE_TESTS_SUPPORT_PDP_RUNNING_PDP_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "common/rpc/tls_credentials.h"
#include "common/time/clock.h"
#include "pdp/server/pdp_options.h"
#include "pdp/server/pdp_server.h"
#include "pullgate/policy/v1/policy_service.grpc.pb.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/spiffe_pki.h"

namespace pullgate::pdp {

// Listens from construction to destruction. The operators "alice" (editor) and
// "victor" (viewer) are known; whoever calls on the socket is an editor.
class RunningPdp {
 public:
  RunningPdp();
  ~RunningPdp();

  // To change before the next Start(), or to reload.
  PdpOptions& options() { return options_; }

  // Stops and starts again on the same data directory.
  void Restart();
  void Stop() { server_.reset(); }
  absl::Status Start();
  PdpServer& server() { return *server_; }

  std::shared_ptr<grpc::Channel> AsOperator(const std::string& name);
  std::shared_ptr<grpc::Channel> AsAgent(const std::string& vch);
  std::shared_ptr<grpc::Channel> OverSocket();
  // By whoever holds a certificate of `pki` with these URI names.
  std::shared_ptr<grpc::Channel> Connect(const SpiffePki& pki,
                                         const std::vector<std::string>& uris);

  // Stores a policy that whitelists one registry; returns its revision.
  int64_t SetPolicy(const std::string& vch, const std::string& registry);

  const SpiffePki& pki() const { return pki_; }
  FakeLogSink& log_lines() { return log_lines_; }
  Metrics& metrics() { return metrics_; }

 private:
  const std::string directory_;
  const SpiffePki pki_{"Test CA"};
  const SystemClock clock_;
  FakeLogSink log_lines_;
  Logger log_{&log_lines_, &clock_};
  Metrics metrics_;
  PdpOptions options_;
  std::vector<std::unique_ptr<TlsCredentials>> clients_;
  std::unique_ptr<PdpServer> server_;
};

// A context that ends a call that hangs, long before the test would.
std::unique_ptr<grpc::ClientContext> Context();

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_SUPPORT_PDP_RUNNING_PDP_H_
