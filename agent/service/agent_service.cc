// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/service/agent_service.h"

#include <grpc/slice.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstdint>

#include "common/rpc/grpc_status.h"

namespace pullgate::agent {

namespace pb = pullgate::agent::v1;

namespace {

// False: `bytes` are none. One that came in one piece is parsed in place.
bool Parse(const grpc::ByteBuffer& bytes, pb::AuthorizePullRequest& request) {
  grpc::Slice whole;
  if (bytes.TrySingleSlice(&whole).ok()) {
    return request.ParseFromArray(whole.begin(),
                                  static_cast<int>(whole.size()));
  }
  grpc::ByteBuffer shared(bytes);
  return grpc::SerializationTraits<pb::AuthorizePullRequest>::Deserialize(
             &shared, &request)
      .ok();
}

// In one piece: to gRPC each is more work than copying a few hundred bytes.
grpc::ByteBuffer ToBytes(const PullAnswer& answer) {
  grpc_slice raw = grpc_slice_malloc(answer.common->size() + answer.own.size());
  uint8_t* const own = std::copy(answer.common->begin(), answer.common->end(),
                                 GRPC_SLICE_START_PTR(raw));
  std::copy(answer.own.begin(), answer.own.end(), own);
  const grpc::Slice slice(raw, grpc::Slice::STEAL_REF);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

grpc::ServerUnaryReactor* AgentServiceImpl::AuthorizePull(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  pb::AuthorizePullRequest parsed;
  if (!Parse(*request, parsed)) {
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
