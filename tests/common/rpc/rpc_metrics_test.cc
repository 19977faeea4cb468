// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/rpc_metrics.h"

#include <grpcpp/channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/test_rpc_server.h"

namespace pullgate {
namespace {

class RpcMetricsTest : public testing::Test {
 protected:
  RpcMetricsTest() {
    grpc::ServerBuilder builder;
    std::vector<
        std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        creators;
    creators.push_back(MakeRpcMetrics(&metrics_, &clock_));
    builder.experimental().SetInterceptorCreators(std::move(creators));
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~RpcMetricsTest() override {
    server_->Shutdown(std::chrono::system_clock::now());
  }

  FakeClock clock_{absl::UnixEpoch()};
  Metrics metrics_;
  const CallerResolver callers_{"", {}, Role::kNone};
  WhoAmIService service_{&callers_};
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(RpcMetricsTest, CountsByMethodAndCode) {
  const auto channel = server_->InProcessChannel({});
  // Nobody is identified in-process.
  EXPECT_TRUE(absl::StartsWith(AskWhoAmI(channel), "UNAUTHENTICATED"));
  EXPECT_TRUE(absl::StartsWith(AskWhoAmI(channel), "UNAUTHENTICATED"));
  const std::string text = metrics_.Text();
  EXPECT_TRUE(absl::StrContains(
      text,
      "pullgate_rpc_total{code=\"UNAUTHENTICATED\","
      "method=\"/pullgate.policy.v1.PolicyService/GetPolicy\"} 2"))
      << text;
}

TEST_F(RpcMetricsTest, MeasuresCallsThatAreNoStreams) {
  AskWhoAmI(server_->InProcessChannel({}));
  EXPECT_TRUE(absl::StrContains(
      metrics_.Text(),
      "pullgate_rpc_seconds_count{"
      "method=\"/pullgate.policy.v1.PolicyService/GetPolicy\"} 1"))
      << metrics_.Text();
}

}  // namespace
}  // namespace pullgate
