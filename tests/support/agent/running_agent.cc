// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/agent/running_agent.h"

#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "common/rpc/channel.h"
#include "common/rpc/deadline.h"
#include "gtest/gtest.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

// Short: a socket's path has at most 107 bytes.
std::string MakeDirectory() {
  std::string path = "/tmp/agent-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

}  // namespace

RunningAgent::RunningAgent()
    : directory_(MakeDirectory()), options_(VchId::Parse("vch-1").value()) {
  options_.socket = directory_ + "/socket/agent.sock";
  options_.pdp_address = "127.0.0.1:1";  // tcpmux: nobody listens there
  options_.min_backoff = absl::Milliseconds(10);
  options_.max_backoff = absl::Milliseconds(50);
  options_.trust_domain = "example.org";
  options_.data_directory = directory_ + "/data";
  options_.public_ca_file = directory_ + "/public.pem";
  options_.dns.off = true;
  options_.drain_deadline = absl::Seconds(10);
  Present({"spiffe://example.org/vch/vch-1"});
  WritePublicCas(MakeTestRoot("Public CA").Pem());
}

RunningAgent::~RunningAgent() {
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void RunningAgent::Present(const std::vector<std::string>& uris) {
  options_.tls = pki_.WriteClient(directory_, "agent", uris);
}

void RunningAgent::WritePublicCas(const std::string& pem) const {
  ReplaceFile(options_.public_ca_file, pem);
}

absl::Status RunningAgent::Start() {
  auto server = AgentServer::Start(options_, &log_, &clock_);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> RunningAgent::Connect() const {
  return MakeChannel("unix:" + options_.socket,
                     grpc::InsecureChannelCredentials());
}

std::unique_ptr<grpc::ClientContext> Context() {
  auto context = std::make_unique<grpc::ClientContext>();
  SetDeadline(SystemClock().Now() + absl::Seconds(30), *context);
  context->set_wait_for_ready(true);
  return context;
}

}  // namespace pullgate::agent
