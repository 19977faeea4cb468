// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_CALLER_RESOLVER_H_
#define PULLGATE_COMMON_RPC_CALLER_RESOLVER_H_

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/rpc/caller.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Turns what a connection proved into a Caller.
//
// A TLS peer is named by its certificate's URI subject alternative name, of
// which there must be exactly one, in this trust domain. The peer of a Unix
// socket (LocalServerCredentials) is local. Anything else is nobody.
//
// Thread-safe; asked for every call, it takes a microsecond.
class CallerResolver {
 public:
  using OperatorRoles = std::map<std::string, Role>;

  // `trust_domain` may be empty where no TLS port is served: then no
  // certificate names anybody. `local_role` is that of socket callers.
  CallerResolver(std::string trust_domain, OperatorRoles operators,
                 Role local_role);

  // Unauthenticated, reason "NO_IDENTITY": no caller can be told; the message
  // says why.
  absl::StatusOr<Caller> Resolve(const grpc::AuthContext& peer) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // For handlers: who calls, once the authorizer has let them in.
  absl::StatusOr<Caller> CallerOf(const grpc::ServerContextBase& context) const;

  // Takes effect with the next call. Calls under way keep their caller.
  void SetOperators(OperatorRoles operators) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::StatusOr<Caller> ResolveUri(const std::string& uri) const
      ABSL_LOCKS_EXCLUDED(mu_);

  const std::string trust_domain_;
  const Role local_role_;
  mutable Mutex mu_;
  std::shared_ptr<const OperatorRoles> operators_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_CALLER_RESOLVER_H_
