// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVICE_AGENT_SERVICE_H_
#define PULLGATE_AGENT_SERVICE_AGENT_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "agent/authorize/pull_authorizer.h"
#include "agent/service/agent_status.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"

namespace pullgate::agent {

// AuthorizePull takes and gives bytes: answers come serialised already.
using AgentServiceBase =
    pullgate::agent::v1::AgentService::WithRawCallbackMethod_AuthorizePull<
        pullgate::agent::v1::AgentService::WithCallbackMethod_ProbeRegistry<
            pullgate::agent::v1::AgentService::WithCallbackMethod_GetStatus<
                pullgate::agent::v1::AgentService::Service>>>;

// The agent's API on its Unix socket: a skin. All behaviour is in
// PullAuthorizer and AgentStatus.
class AgentServiceImpl final : public AgentServiceBase {
 public:
  // `authorizer` is not owned; it and what `sources` names outlive this.
  AgentServiceImpl(PullAuthorizer* authorizer, AgentStatusSources sources)
      : authorizer_(authorizer), sources_(std::move(sources)) {}

  // INVALID_ARGUMENT also if the bytes are no AuthorizePullRequest.
  grpc::ServerUnaryReactor* AuthorizePull(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;

  grpc::ServerUnaryReactor* ProbeRegistry(
      grpc::CallbackServerContext* context,
      const pullgate::agent::v1::ProbeRegistryRequest* request,
      pullgate::agent::v1::ProbeRegistryResponse* response) override;

  grpc::ServerUnaryReactor* GetStatus(
      grpc::CallbackServerContext* context,
      const pullgate::agent::v1::GetStatusRequest* request,
      pullgate::agent::v1::GetStatusResponse* response) override;

 private:
  PullAuthorizer* const authorizer_;
  const AgentStatusSources sources_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_SERVICE_AGENT_SERVICE_H_
