// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/server_builder.h"

#include <google/protobuf/message.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "common/rpc/reflection_v1.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/health/v1/health.pb.h"

namespace pullgate {
namespace {

int Milliseconds(absl::Duration duration) {
  const int64_t ms = absl::ToInt64Milliseconds(duration);
  return static_cast<int>(
      std::clamp<int64_t>(ms, 0, std::numeric_limits<int>::max()));
}

// A file is in the generated pool if something of it is linked, and nothing
// else of ours uses these.
void LinkDescriptors() {
  google::protobuf::LinkMessageReflection<
      grpc::health::v1::HealthCheckRequest>();
  google::protobuf::LinkMessageReflection<google::rpc::Status>();
  google::protobuf::LinkMessageReflection<google::rpc::ErrorInfo>();
}

// gRPC cleans up when its last object is gone, and then waits up to ten seconds
// for a poller of its own if a socket was ever full: longer than a drain may
// take. A reference that is never given back leaves that to the end of the
// process.
void KeepGrpcForTheProcess() {
  static const bool kept = [] {
    grpc_init();
    return true;
  }();
  (void)kept;
}

void SetArguments(const ServerSettings& settings,
                  grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(settings.max_request_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             settings.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             Milliseconds(settings.max_connection_age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(settings.connection_age_grace));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

std::unique_ptr<grpc::ServerBuilder> MakeServerBuilder(
    const ServerSettings& settings) {
  KeepGrpcForTheProcess();
  LinkDescriptors();
  grpc::EnableDefaultHealthCheckService(true);
  // A builder takes over the plug-ins that are known when it is made. That of
  // reflection v1alpha registers itself when it is loaded.
  grpc::channelz::experimental::InitChannelzService();
  auto builder = std::make_unique<grpc::ServerBuilder>();
  SetArguments(settings, *builder);
  grpc::ResourceQuota quota("pullgate");
  quota.Resize(settings.max_buffer_bytes);
  builder->SetResourceQuota(quota);
  // Only channelz and reflection v1alpha are synchronous.
  using Option = grpc::ServerBuilder::SyncServerOption;
  builder->SetSyncServerOption(Option::NUM_CQS, 1);
  builder->SetSyncServerOption(Option::MIN_POLLERS, 1);
  builder->SetSyncServerOption(Option::MAX_POLLERS, 2);
  builder->SetOption(MakeReflectionV1Option());
  return builder;
}

}  // namespace pullgate
