// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/service/agent_service.h"

#include "common/rpc/grpc_status.h"

namespace pullgate::agent {

namespace pb = pullgate::agent::v1;

grpc::ServerUnaryReactor* AgentServiceImpl::AuthorizePull(
    grpc::CallbackServerContext* context,
    const pb::AuthorizePullRequest* request,
    pb::AuthorizePullResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  authorizer_->Authorize(*request, response,
                         [reactor](const absl::Status& status) {
                           reactor->Finish(ToGrpcStatus(status));
                         });
  return reactor;
}

grpc::ServerUnaryReactor* AgentServiceImpl::ProbeRegistry(
    grpc::CallbackServerContext* context,
    const pb::ProbeRegistryRequest* request,
    pb::ProbeRegistryResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  authorizer_->Probe(*request, response, [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status));
  });
  return reactor;
}

grpc::ServerUnaryReactor* AgentServiceImpl::GetStatus(
    grpc::CallbackServerContext* context,
    const pb::GetStatusRequest* /*request*/, pb::GetStatusResponse* response) {
  *response = AgentStatus(sources_);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace pullgate::agent
