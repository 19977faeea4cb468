// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_POLICY_SERVICE_H_
#define PULLGATE_PDP_SERVICE_POLICY_SERVICE_H_

#include "common/rpc/caller_resolver.h"
#include "common/rpc/worker_pool.h"
#include "pdp/service/policy_handler.h"
#include "pullgate/policy/v1/policy_service.grpc.pb.h"

namespace pullgate::pdp {

// The skin of PolicyHandler, whose calls run on workers: they wait for storage.
class PolicyService final
    : public pullgate::policy::v1::PolicyService::CallbackService {
 public:
  // Not owned; outlive the server.
  PolicyService(const CallerResolver* callers, PolicyHandler* handler,
                WorkerPool* workers)
      : callers_(callers), handler_(handler), workers_(workers) {}

  grpc::ServerUnaryReactor* GetPolicy(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::GetPolicyRequest* request,
      pullgate::policy::v1::GetPolicyResponse* response) override;
  grpc::ServerUnaryReactor* ListPolicies(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::ListPoliciesRequest* request,
      pullgate::policy::v1::ListPoliciesResponse* response) override;
  grpc::ServerUnaryReactor* SetPolicy(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::SetPolicyRequest* request,
      pullgate::policy::v1::SetPolicyResponse* response) override;
  grpc::ServerUnaryReactor* DeletePolicy(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::DeletePolicyRequest* request,
      pullgate::policy::v1::DeletePolicyResponse* response) override;
  grpc::ServerUnaryReactor* ComparePolicies(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::ComparePoliciesRequest* request,
      pullgate::policy::v1::ComparePoliciesResponse* response) override;
  grpc::ServerUnaryReactor* ListPolicyRevisions(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::ListPolicyRevisionsRequest* request,
      pullgate::policy::v1::ListPolicyRevisionsResponse* response) override;
  grpc::ServerUnaryReactor* RollbackPolicy(
      grpc::CallbackServerContext* context,
      const pullgate::policy::v1::RollbackPolicyRequest* request,
      pullgate::policy::v1::RollbackPolicyResponse* response) override;

 private:
  const CallerResolver* const callers_;
  PolicyHandler* const handler_;
  WorkerPool* const workers_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_POLICY_SERVICE_H_
