// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/reflection_v1.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/rpc/reflection_answerer.h"
#include "common/sync/mutex.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"

namespace pullgate {
namespace {

using grpc::reflection::v1::ServerReflection;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

// gRPC's default health service is not among the registered services, and a
// client that lists services expects it.
constexpr char kHealth[] = "grpc.health.v1.Health";

// One stream: a question, its answer, the next question.
class Conversation final
    : public grpc::ServerBidiReactor<ServerReflectionRequest,
                                     ServerReflectionResponse> {
 public:
  explicit Conversation(std::shared_ptr<const ReflectionAnswerer> answerer)
      : answerer_(std::move(answerer)) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_ = answerer_->Answer(request_);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }

  // gRPC hands the reactor back when the stream is over.
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<const ReflectionAnswerer> answerer_;
  ServerReflectionRequest request_;
  ServerReflectionResponse response_;
};

class ReflectionService final : public ServerReflection::CallbackService {
 public:
  // The list is complete only when the server has started and calls may come.
  void SetServices(std::vector<std::string> services) ABSL_LOCKS_EXCLUDED(mu_) {
    auto next = std::make_shared<const ReflectionAnswerer>(
        std::move(services),
        google::protobuf::DescriptorPool::generated_pool());
    MutexLock lock(&mu_);
    answerer_ = std::move(next);
  }

  grpc::ServerBidiReactor<ServerReflectionRequest, ServerReflectionResponse>*
  ServerReflectionInfo(grpc::CallbackServerContext*) override
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    return new Conversation(answerer_);
  }

 private:
  Mutex mu_;
  std::shared_ptr<const ReflectionAnswerer> answerer_ ABSL_GUARDED_BY(mu_);
};

class ReflectionPlugin final : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return "pullgate.reflection_v1"; }

  void InitServer(grpc::ServerInitializer* server) override {
    // So that a call has an answer from the first moment on.
    service_->SetServices({});
    server->RegisterService(service_);
  }

  void Finish(grpc::ServerInitializer* server) override {
    std::vector<std::string> services = *server->GetServiceList();
    services.emplace_back(kHealth);
    std::sort(services.begin(), services.end());
    services.erase(std::unique(services.begin(), services.end()),
                   services.end());
    service_->SetServices(std::move(services));
  }

  void ChangeArguments(const std::string&, void*) override {}

 private:
  const std::shared_ptr<ReflectionService> service_ =
      std::make_shared<ReflectionService>();
};

class ReflectionOption final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->push_back(std::make_unique<ReflectionPlugin>());
  }
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> MakeReflectionV1Option() {
  return std::make_unique<ReflectionOption>();
}

}  // namespace pullgate
