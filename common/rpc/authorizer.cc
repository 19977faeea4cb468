// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/authorizer.h"

#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "common/rpc/grpc_status.h"

namespace pullgate {
namespace {

class Authorizer final : public grpc::AuthMetadataProcessor {
 public:
  Authorizer(const CallerResolver* callers, const AccessTable* table,
             RefusalObserver observer)
      : callers_(callers), table_(table), observer_(std::move(observer)) {}

  // A look-up in memory: not worth gRPC's thread pool.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* peer,
                       OutputMetadata* /*consumed*/,
                       OutputMetadata* /*response*/) override {
    RefusedCall call;
    call.caller = "nobody";
    call.status = Check(metadata, *peer, call);
    if (call.status.ok()) return grpc::Status::OK;
    if (observer_) observer_(call);
    return ToGrpcStatus(call.status);
  }

 private:
  absl::Status Check(const InputMetadata& metadata,
                     const grpc::AuthContext& peer, RefusedCall& call) const {
    const auto [first, last] = metadata.equal_range(":path");
    if (first == last || std::next(first) != last) {
      return absl::InvalidArgumentError("the call does not name one method");
    }
    call.method.assign(first->second.data(), first->second.size());
    const Access* const access = table_->Find(call.method);
    if (access != nullptr && access->anyone) return absl::OkStatus();
    const absl::StatusOr<Caller> caller = callers_->Resolve(peer);
    if (!caller.ok()) return caller.status();
    call.caller = caller->ToString();
    return table_->Check(*caller, call.method);
  }

  const CallerResolver* const callers_;
  const AccessTable* const table_;
  const RefusalObserver observer_;
};

}  // namespace

std::shared_ptr<grpc::AuthMetadataProcessor> MakeAuthorizer(
    const CallerResolver* callers, const AccessTable* table,
    RefusalObserver observer) {
  return std::make_shared<Authorizer>(callers, table, std::move(observer));
}

}  // namespace pullgate
