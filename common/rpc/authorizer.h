// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_AUTHORIZER_H_
#define PULLGATE_COMMON_RPC_AUTHORIZER_H_

#include <grpcpp/security/auth_metadata_processor.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/access_table.h"
#include "common/rpc/caller_resolver.h"

namespace pullgate {

// A call that was turned away.
struct RefusedCall {
  std::string caller;  // as Caller::ToString(), or "nobody"
  std::string method;  // its path
  absl::Status status;
};

// Called on gRPC's threads, by several at once; must not block.
using RefusalObserver = std::function<void(const RefusedCall&)>;

// The one place that decides who may call what: given to
// grpc::ServerCredentials::SetAuthMetadataProcessor, it sees every call of
// every service, those of gRPC's plug-ins included, before a handler does.
//
// The error's code and message reach the client, its details do not: gRPC
// drops them here.
//
// `callers` and `table` are not owned and outlive the server.
std::shared_ptr<grpc::AuthMetadataProcessor> MakeAuthorizer(
    const CallerResolver* callers, const AccessTable* table,
    RefusalObserver observer);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_AUTHORIZER_H_
