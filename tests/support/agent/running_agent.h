// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A whole agent inside a test: real storage, real sockets, DNS switched off,
// and a port where no PDP listens.

#ifndef PULLGATE_TESTS_SUPPORT_AGENT_RUNNING_AGENT_H_
#define PULLGATE_TESTS_SUPPORT_AGENT_RUNNING_AGENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/server/agent_options.h"
#include "agent/server/agent_server.h"
#include "common/observe/log.h"
#include "common/time/clock.h"
#include "tests/fakes/fake_log_sink.h"
#include "tests/support/spiffe_pki.h"

namespace pullgate::agent {

class RunningAgent {
 public:
  // Does not start yet.
  RunningAgent();
  ~RunningAgent();

  // To change before Start().
  AgentOptions& options() { return options_; }
  // The certificate that the agent presents; also while it runs.
  void Present(const std::vector<std::string>& uris);
  // Makes this the public CA set.
  void WritePublicCas(const std::string& pem) const;

  absl::Status Start();
  void Stop() { server_.reset(); }
  AgentServer& server() { return *server_; }

  // To the agent's socket.
  std::shared_ptr<grpc::Channel> Connect() const;

  FakeLogSink& log_lines() { return log_lines_; }
  const std::string& directory() const { return directory_; }

 private:
  const std::string directory_;
  const SpiffePki pki_{"Test CA"};
  SystemClock clock_;
  FakeLogSink log_lines_;
  Logger log_{&log_lines_, &clock_};
  AgentOptions options_;
  std::unique_ptr<AgentServer> server_;
};

// A context that ends a call that hangs, long before the test would.
std::unique_ptr<grpc::ClientContext> Context();

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_SUPPORT_AGENT_RUNNING_AGENT_H_
