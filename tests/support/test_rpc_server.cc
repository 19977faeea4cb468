// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/test_rpc_server.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/deadline.h"
#include "common/rpc/grpc_status.h"
#include "gtest/gtest.h"

namespace pullgate {

grpc::ServerUnaryReactor* WhoAmIService::GetPolicy(
    grpc::CallbackServerContext* context, const policy::v1::GetPolicyRequest*,
    policy::v1::GetPolicyResponse* response) {
  auto* const reactor = context->DefaultReactor();
  const absl::StatusOr<Caller> caller = callers_->CallerOf(*context);
  if (caller.ok()) {
    response->mutable_policy()->set_updated_by(caller->ToString());
  }
  reactor->Finish(ToGrpcStatus(caller.status()));
  return reactor;
}

grpc::ServerUnaryReactor* WhoAmIService::SetPolicy(
    grpc::CallbackServerContext* context, const policy::v1::SetPolicyRequest*,
    policy::v1::SetPolicyResponse*) {
  auto* const reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

TestRpcServer::TestRpcServer(
    std::shared_ptr<grpc::ServerCredentials> credentials,
    const CallerResolver* callers, const std::string& socket,
    const ServerSettings& settings)
    : service_(callers) {
  credentials->SetAuthMetadataProcessor(MakeAuthorizer(
      callers, &AccessTable::Product(), [this](const RefusedCall& call) {
        MutexLock lock(&mu_);
        refused_.push_back(call);
      }));
  const auto builder = MakeServerBuilder(settings);
  int port = 0;
  builder->AddListeningPort(
      socket.empty() ? "127.0.0.1:0" : absl::StrCat("unix:", socket),
      credentials, &port);
  builder->RegisterService(&service_);
  server_ = builder->BuildAndStart();
  if (server_ == nullptr) return;
  target_ = socket.empty() ? absl::StrCat("127.0.0.1:", port)
                           : absl::StrCat("unix:", socket);
}

TestRpcServer::~TestRpcServer() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
}

std::vector<RefusedCall> TestRpcServer::refused() const {
  MutexLock lock(&mu_);
  return refused_;
}

std::string AskWhoAmI(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = policy::v1::PolicyService::NewStub(channel);
  grpc::ClientContext context;
  // Generous: it only bounds a test that fails.
  SetDeadline(absl::Now() + absl::Seconds(20), context);
  policy::v1::GetPolicyResponse response;
  const absl::Status status = FromGrpcStatus(
      stub->GetPolicy(&context, policy::v1::GetPolicyRequest(), &response));
  if (status.ok()) return response.policy().updated_by();
  return absl::StrCat(absl::StatusCodeToString(status.code()), ": ",
                      status.message());
}

}  // namespace pullgate
