// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/policy_service.h"

#include "pdp/service/unary_call.h"

namespace pullgate::pdp {

namespace policy_pb = pullgate::policy::v1;

grpc::ServerUnaryReactor* PolicyService::GetPolicy(
    grpc::CallbackServerContext* context,
    const policy_pb::GetPolicyRequest* request,
    policy_pb::GetPolicyResponse* response) {
  return AnswerOnWorker(
      context, *callers_, *workers_, response,
      [this, request](const Caller&) { return handler_->GetPolicy(*request); });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicies(
    grpc::CallbackServerContext* context,
    const policy_pb::ListPoliciesRequest* request,
    policy_pb::ListPoliciesResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ListPolicies(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::SetPolicy(
    grpc::CallbackServerContext* context,
    const policy_pb::SetPolicyRequest* request,
    policy_pb::SetPolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->SetPolicy(caller, *request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::DeletePolicy(
    grpc::CallbackServerContext* context,
    const policy_pb::DeletePolicyRequest* request,
    policy_pb::DeletePolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->DeletePolicy(caller, *request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::ComparePolicies(
    grpc::CallbackServerContext* context,
    const policy_pb::ComparePoliciesRequest* request,
    policy_pb::ComparePoliciesResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ComparePolicies(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicyRevisions(
    grpc::CallbackServerContext* context,
    const policy_pb::ListPolicyRevisionsRequest* request,
    policy_pb::ListPolicyRevisionsResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ListPolicyRevisions(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::RollbackPolicy(
    grpc::CallbackServerContext* context,
    const policy_pb::RollbackPolicyRequest* request,
    policy_pb::RollbackPolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->RollbackPolicy(caller, *request);
                        });
}

}  // namespace pullgate::pdp
