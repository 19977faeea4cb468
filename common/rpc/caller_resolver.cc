// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/caller_resolver.h"

#include <grpc/grpc_security_constants.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/identity/spiffe_id.h"
#include "common/status/error_info.h"

namespace pullgate {
namespace {

// gRPC's TlsCredentials say the one, its SslCredentials the other.
constexpr absl::string_view kTls = GRPC_TLS_TRANSPORT_SECURITY_TYPE;
constexpr absl::string_view kSsl = GRPC_SSL_TRANSPORT_SECURITY_TYPE;
constexpr absl::string_view kUnixSocket = "local";

absl::Status Nobody(absl::string_view why) {
  return WithReason(absl::UnauthenticatedError(
                        absl::StrCat("the client is not identified: ", why)),
                    "NO_IDENTITY");
}

std::vector<absl::string_view> Values(const grpc::AuthContext& peer,
                                      const char* property) {
  std::vector<absl::string_view> values;
  for (const grpc::string_ref& value : peer.FindPropertyValues(property)) {
    values.emplace_back(value.data(), value.size());
  }
  return values;
}

}  // namespace

CallerResolver::CallerResolver(std::string trust_domain,
                               OperatorRoles operators, Role local_role)
    : trust_domain_(std::move(trust_domain)),
      local_role_(local_role),
      operators_(std::make_shared<const OperatorRoles>(std::move(operators))) {}

absl::StatusOr<Caller> CallerResolver::Resolve(
    const grpc::AuthContext& peer) const {
  const auto transport =
      Values(peer, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME);
  if (transport.size() != 1) return Nobody("the connection is not secured");
  if (transport.front() == kUnixSocket) return Caller::Local(local_role_);
  if (transport.front() != kTls && transport.front() != kSsl) {
    return Nobody("the connection is not TLS");
  }
  const auto uris = Values(peer, GRPC_PEER_URI_PROPERTY_NAME);
  if (uris.size() != 1) {
    return Nobody(absl::StrCat("its certificate has ", uris.size(),
                               " URI subject alternative names, not one"));
  }
  return ResolveUri(std::string(uris.front()));
}

absl::StatusOr<Caller> CallerResolver::ResolveUri(
    const std::string& uri) const {
  const absl::StatusOr<SpiffeId> id = SpiffeId::Parse(uri);
  if (!id.ok()) return Nobody(id.status().message());
  if (id->trust_domain() != trust_domain_) {
    return Nobody(absl::StrCat("the trust domain is \"", id->trust_domain(),
                               "\", not \"", trust_domain_, "\""));
  }
  if (id->vch() != nullptr) return Caller::Agent(*id->vch());
  std::shared_ptr<const OperatorRoles> operators;
  {
    MutexLock lock(&mu_);
    operators = operators_;
  }
  const auto known = operators->find(*id->operator_name());
  return Caller::Operator(*id->operator_name(), known == operators->end()
                                                    ? Role::kNone
                                                    : known->second);
}

absl::StatusOr<Caller> CallerResolver::CallerOf(
    const grpc::ServerContextBase& context) const {
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  if (peer == nullptr) return Nobody("the connection is not secured");
  return Resolve(*peer);
}

void CallerResolver::SetOperators(OperatorRoles operators) {
  auto next = std::make_shared<const OperatorRoles>(std::move(operators));
  MutexLock lock(&mu_);
  operators_ = std::move(next);
}

}  // namespace pullgate
