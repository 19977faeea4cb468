// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/policy_service.h"

#include "pdp/service/unary_call.h"

namespace pullgate::pdp {

namespace pb = pullgate::policy::v1;

grpc::ServerUnaryReactor* PolicyService::GetPolicy(
    grpc::CallbackServerContext* context, const pb::GetPolicyRequest* request,
    pb::GetPolicyResponse* response) {
  return AnswerOnWorker(
      context, *callers_, *workers_, response,
      [this, request](const Caller&) { return handler_->GetPolicy(*request); });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicies(
    grpc::CallbackServerContext* context,
    const pb::ListPoliciesRequest* request,
    pb::ListPoliciesResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ListPolicies(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::SetPolicy(
    grpc::CallbackServerContext* context, const pb::SetPolicyRequest* request,
    pb::SetPolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->SetPolicy(caller, *request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::DeletePolicy(
    grpc::CallbackServerContext* context,
    const pb::DeletePolicyRequest* request,
    pb::DeletePolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->DeletePolicy(caller, *request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::ComparePolicies(
    grpc::CallbackServerContext* context,
    const pb::ComparePoliciesRequest* request,
    pb::ComparePoliciesResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ComparePolicies(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::ListPolicyRevisions(
    grpc::CallbackServerContext* context,
    const pb::ListPolicyRevisionsRequest* request,
    pb::ListPolicyRevisionsResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller&) {
                          return handler_->ListPolicyRevisions(*request);
                        });
}

grpc::ServerUnaryReactor* PolicyService::RollbackPolicy(
    grpc::CallbackServerContext* context,
    const pb::RollbackPolicyRequest* request,
    pb::RollbackPolicyResponse* response) {
  return AnswerOnWorker(context, *callers_, *workers_, response,
                        [this, request](const Caller& caller) {
                          return handler_->RollbackPolicy(caller, *request);
                        });
}

}  // namespace pullgate::pdp
