// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/reflection_answerer.h"

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/support/status_code_enum.h>

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

void SetError(int code, std::string message,
              ServerReflectionResponse& response) {
  auto* const error = response.mutable_error_response();
  error->set_error_code(code);
  error->set_error_message(std::move(message));
}

void SetNotFound(const std::string& what, ServerReflectionResponse& response) {
  SetError(grpc::StatusCode::NOT_FOUND, absl::StrCat("not known: ", what),
           response);
}

// The file first, then everything it imports, each once.
void SetFile(const FileDescriptor* file, const std::string& asked_for,
             ServerReflectionResponse& response) {
  if (file == nullptr) return SetNotFound(asked_for, response);
  auto* const files = response.mutable_file_descriptor_response();
  std::vector<const FileDescriptor*> todo = {file};
  absl::flat_hash_set<const FileDescriptor*> seen = {file};
  while (!todo.empty()) {
    const FileDescriptor* const next = todo.back();
    todo.pop_back();
    google::protobuf::FileDescriptorProto proto;
    next->CopyTo(&proto);
    // Without these names grpcurl falls back to the ones in the .proto.
    next->CopyJsonNameTo(&proto);
    files->add_file_descriptor_proto(proto.SerializeAsString());
    for (int i = 0; i < next->dependency_count(); ++i) {
      if (seen.insert(next->dependency(i)).second) {
        todo.push_back(next->dependency(i));
      }
    }
  }
}

}  // namespace

ServerReflectionResponse ReflectionAnswerer::Answer(
    const ServerReflectionRequest& request) const {
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      SetFile(pool_->FindFileByName(request.file_by_filename()),
              request.file_by_filename(), response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      SetFile(pool_->FindFileContainingSymbol(request.file_containing_symbol()),
              request.file_containing_symbol(), response);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
      SetExtensionFile(request.file_containing_extension(), response);
      break;
    case ServerReflectionRequest::kAllExtensionNumbersOfType:
      SetExtensionNumbers(request.all_extension_numbers_of_type(), response);
      break;
    case ServerReflectionRequest::kListServices:
      for (const std::string& service : services_) {
        response.mutable_list_services_response()->add_service()->set_name(
            service);
      }
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      SetError(grpc::StatusCode::INVALID_ARGUMENT, "nothing was asked",
               response);
      break;
  }
  return response;
}

void ReflectionAnswerer::SetExtensionFile(
    const grpc::reflection::v1::ExtensionRequest& asked,
    ServerReflectionResponse& response) const {
  const std::string what = absl::StrCat("extension ", asked.extension_number(),
                                        " of ", asked.containing_type());
  const auto* const type =
      pool_->FindMessageTypeByName(asked.containing_type());
  const FieldDescriptor* const extension =
      type == nullptr
          ? nullptr
          : pool_->FindExtensionByNumber(type, asked.extension_number());
  SetFile(extension == nullptr ? nullptr : extension->file(), what, response);
}

void ReflectionAnswerer::SetExtensionNumbers(
    const std::string& type_name, ServerReflectionResponse& response) const {
  const auto* const type = pool_->FindMessageTypeByName(type_name);
  if (type == nullptr) return SetNotFound(type_name, response);
  std::vector<const FieldDescriptor*> extensions;
  pool_->FindAllExtensions(type, &extensions);
  auto* const numbers = response.mutable_all_extension_numbers_response();
  numbers->set_base_type_name(type_name);
  for (const FieldDescriptor* extension : extensions) {
    numbers->add_extension_number(extension->number());
  }
}

}  // namespace pullgate
