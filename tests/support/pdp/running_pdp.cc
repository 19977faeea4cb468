// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/pdp/running_pdp.h"

#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "common/rpc/deadline.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

// Short: a socket's path has at most 107 bytes.
std::string MakeDirectory() {
  std::string path = "/tmp/pdp-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

}  // namespace

RunningPdp::RunningPdp() : directory_(MakeDirectory()) {
  options_.listen = "127.0.0.1:0";
  options_.socket = directory_ + "/socket/pdp.sock";
  options_.socket_role = Role::kEditor;
  options_.tls = pki_.WriteServer(directory_, "pdp", {"127.0.0.1"});
  options_.trust_domain = "example.org";
  options_.operators = {{"alice", Role::kEditor}, {"victor", Role::kViewer}};
  options_.data_directory = directory_ + "/data";
  options_.settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  options_.protected_refresh = absl::Minutes(1);
  options_.default_lease = absl::Minutes(15);
  options_.decision_ttl = absl::Minutes(5);
  options_.dns.off = true;
  options_.drain_deadline = absl::Seconds(10);
  options_.max_concurrent_checks = 100;
  options_.max_sync_streams_per_vch = 2;
  options_.max_tail_streams = 2;
  options_.max_request_bytes = 64 << 20;
  const absl::Status started = Start();
  EXPECT_TRUE(started.ok()) << started;
}

RunningPdp::~RunningPdp() {
  server_.reset();
  clients_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

absl::Status RunningPdp::Start() {
  auto server =
      PdpServer::Start(options_, {&log_, &log_lines_, &metrics_, &clock_});
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return absl::OkStatus();
}

void RunningPdp::Restart() {
  Stop();
  const absl::Status started = Start();
  ASSERT_TRUE(started.ok()) << started;
}

std::shared_ptr<grpc::Channel> RunningPdp::Connect(
    const SpiffePki& pki, const std::vector<std::string>& uris) {
  const std::string name = absl::StrCat("client", clients_.size());
  auto credentials = TlsCredentials::Start(
      pki.WriteClient(directory_, name, uris), {}, nullptr);
  EXPECT_TRUE(credentials.ok()) << credentials.status();
  clients_.push_back(*std::move(credentials));
  return MakeChannel(absl::StrCat("127.0.0.1:", server_->port()),
                     clients_.back()->ForChannel());
}

std::shared_ptr<grpc::Channel> RunningPdp::AsOperator(const std::string& name) {
  return Connect(pki_, {"spiffe://example.org/operator/" + name});
}

std::shared_ptr<grpc::Channel> RunningPdp::AsAgent(const std::string& vch) {
  return Connect(pki_, {"spiffe://example.org/vch/" + vch});
}

std::shared_ptr<grpc::Channel> RunningPdp::OverSocket() {
  return MakeChannel("unix:" + options_.socket,
                     grpc::InsecureChannelCredentials());
}

int64_t RunningPdp::SetPolicy(const std::string& vch,
                              const std::string& registry) {
  const auto stub = pullgate::policy::v1::PolicyService::NewStub(OverSocket());
  pullgate::policy::v1::SetPolicyRequest request;
  request.mutable_policy()->set_name("vchs/" + vch + "/policy");
  request.mutable_policy()->add_whitelist(registry);
  pullgate::policy::v1::SetPolicyResponse response;
  const grpc::Status status =
      stub->SetPolicy(Context().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.policy().revision();
}

std::unique_ptr<grpc::ClientContext> Context() {
  auto context = std::make_unique<grpc::ClientContext>();
  SetDeadline(absl::Now() + absl::Seconds(30), *context);
  context->set_wait_for_ready(true);
  return context;
}

}  // namespace pullgate::pdp
