// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_SERVICE_AGENT_SERVICE_H_
#define PULLGATE_AGENT_SERVICE_AGENT_SERVICE_H_

#include <grpcpp/support/server_callback.h>

#include "agent/authorize/pull_authorizer.h"
#include "agent/service/agent_status.h"
#include "pullgate/agent/v1/agent_service.grpc.pb.h"

namespace pullgate::agent {

// The agent's API on its Unix socket: a skin. All behaviour is in
// PullAuthorizer and AgentStatus.
class AgentServiceImpl final
    : public pullgate::agent::v1::AgentService::CallbackService {
 public:
  // `authorizer` is not owned; it and what `sources` names outlive this.
  AgentServiceImpl(PullAuthorizer* authorizer, AgentStatusSources sources)
      : authorizer_(authorizer), sources_(std::move(sources)) {}

  grpc::ServerUnaryReactor* AuthorizePull(
      grpc::CallbackServerContext* context,
      const pullgate::agent::v1::AuthorizePullRequest* request,
      pullgate::agent::v1::AuthorizePullResponse* response) override;

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
