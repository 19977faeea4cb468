// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_REFLECTION_ANSWERER_H_
#define PULLGATE_COMMON_RPC_REFLECTION_ANSWERER_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>
#include <vector>

#include "grpc/reflection/v1/reflection.pb.h"

namespace pullgate {

// Answers questions about the services and messages of a server.
// Immutable, thread-safe.
class ReflectionAnswerer {
 public:
  // `services` are full names; the pool outlives this.
  ReflectionAnswerer(std::vector<std::string> services,
                     const google::protobuf::DescriptorPool* pool)
      : services_(std::move(services)), pool_(pool) {}

  // What cannot be answered is answered with an error: NOT_FOUND, or
  // INVALID_ARGUMENT for no question at all. A file comes with everything that
  // it imports.
  grpc::reflection::v1::ServerReflectionResponse Answer(
      const grpc::reflection::v1::ServerReflectionRequest& request) const;

 private:
  void SetExtensionFile(
      const grpc::reflection::v1::ExtensionRequest& asked,
      grpc::reflection::v1::ServerReflectionResponse& response) const;
  void SetExtensionNumbers(
      const std::string& type_name,
      grpc::reflection::v1::ServerReflectionResponse& response) const;

  const std::vector<std::string> services_;
  const google::protobuf::DescriptorPool* const pool_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_REFLECTION_ANSWERER_H_
