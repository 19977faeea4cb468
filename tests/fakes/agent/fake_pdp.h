// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A PDP that does as a test says, in-process, over a Unix socket and without
// TLS.

#ifndef PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_H_
#define PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_H_

#include <grpcpp/channel.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "tests/fakes/agent/fake_audit_service.h"
#include "tests/fakes/agent/fake_decision_service.h"
#include "tests/fakes/agent/fake_sync_service.h"

namespace pullgate::agent {

// Runs from construction to destruction, except between Stop() and Start().
class FakePdp {
 public:
  FakePdp();
  ~FakePdp();

  // A channel of its own for each caller, with short waits between attempts to
  // connect.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  // The process is gone, and comes back with what it had.
  void Stop();
  void Start();

  FakeDecisionService& decision() { return decision_; }
  FakeSyncService& sync() { return sync_; }
  FakeAuditService& audit() { return audit_; }

 private:
  std::string directory_;
  FakeDecisionService decision_;
  FakeSyncService sync_;
  FakeAuditService audit_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_TESTS_FAKES_AGENT_FAKE_PDP_H_
