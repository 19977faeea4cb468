// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_REFLECTION_V1_H_
#define PULLGATE_COMMON_RPC_REFLECTION_V1_H_

#include <grpcpp/impl/server_builder_option.h>

#include <memory>

namespace pullgate {

// grpc.reflection.v1, which newer clients ask for first and gRPC's library does
// not have (it has v1alpha, in //bazel/system:grpcpp_reflection). Describes
// what is in the generated descriptor pool, and lists every service of the
// server, those of plug-ins too:
//   builder.SetOption(MakeReflectionV1Option());
std::unique_ptr<grpc::ServerBuilderOption> MakeReflectionV1Option();

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_REFLECTION_V1_H_
