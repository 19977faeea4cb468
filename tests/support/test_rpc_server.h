// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A server with mutual TLS and a service that tells its caller who they are.

#ifndef PULLGATE_TESTS_SUPPORT_TEST_RPC_SERVER_H_
#define PULLGATE_TESTS_SUPPORT_TEST_RPC_SERVER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/rpc/access_table.h"
#include "common/rpc/authorizer.h"
#include "common/rpc/caller_resolver.h"
#include "common/rpc/server_builder.h"
#include "common/sync/mutex.h"
#include "pullgate/policy/v1/policy_service.grpc.pb.h"

namespace pullgate {

// GetPolicy answers with `updated_by` set to the caller; SetPolicy succeeds.
class WhoAmIService final : public policy::v1::PolicyService::CallbackService {
 public:
  explicit WhoAmIService(const CallerResolver* callers) : callers_(callers) {}

  grpc::ServerUnaryReactor* GetPolicy(
      grpc::CallbackServerContext* context,
      const policy::v1::GetPolicyRequest* request,
      policy::v1::GetPolicyResponse* response) override;
  grpc::ServerUnaryReactor* SetPolicy(
      grpc::CallbackServerContext* context,
      const policy::v1::SetPolicyRequest* request,
      policy::v1::SetPolicyResponse* response) override;

 private:
  const CallerResolver* const callers_;
};

// Listens from construction to destruction.
class TestRpcServer {
 public:
  // On a free port of 127.0.0.1, or on `socket` if that is not empty.
  TestRpcServer(std::shared_ptr<grpc::ServerCredentials> credentials,
                const CallerResolver* callers, const std::string& socket = "",
                const ServerSettings& settings = {});
  ~TestRpcServer();

  // To connect to; "" if the server did not start.
  const std::string& target() const { return target_; }
  grpc::Server& server() { return *server_; }
  std::vector<RefusedCall> refused() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  WhoAmIService service_;
  mutable Mutex mu_;
  std::vector<RefusedCall> refused_ ABSL_GUARDED_BY(mu_);
  std::string target_;
  std::unique_ptr<grpc::Server> server_;
};

// Who the server says calls, or the error as "CODE: message".
std::string AskWhoAmI(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_TEST_RPC_SERVER_H_
