// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/service/agent_service.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <memory>
#include <string>

#include "common/rpc/grpc_status.h"

namespace pullgate::agent {

namespace pb = pullgate::agent::v1;

namespace {

// The common part is shared, not copied.
grpc::ByteBuffer ToBytes(const PullAnswer& answer) {
  auto* keeper = new std::shared_ptr<const std::string>(answer.common);
  const grpc::Slice parts[] = {
      grpc::Slice(
          const_cast<char*>((*keeper)->data()), (*keeper)->size(),
          [](void* kept) {
            delete static_cast<std::shared_ptr<const std::string>*>(kept);
          },
          keeper),
      grpc::Slice(answer.own)};
  return grpc::ByteBuffer(parts, 2);
}

}  // namespace

grpc::ServerUnaryReactor* AgentServiceImpl::AuthorizePull(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  grpc::ByteBuffer bytes(*request);  // shares them
  pb::AuthorizePullRequest parsed;
  if (!grpc::SerializationTraits<pb::AuthorizePullRequest>::Deserialize(&bytes,
                                                                        &parsed)
           .ok()) {
    reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT,
                     "the request is no AuthorizePullRequest"});
    return reactor;
  }
  authorizer_->Authorize(
      parsed, [reactor, response](const absl::StatusOr<PullAnswer>& answer) {
        if (answer.ok()) *response = ToBytes(*answer);
        reactor->Finish(ToGrpcStatus(answer.status()));
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
