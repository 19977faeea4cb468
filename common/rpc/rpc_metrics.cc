// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/rpc_metrics.h"

#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/observe/names.h"

namespace pullgate {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

// One call.
class CallMeter final : public grpc::experimental::Interceptor {
 public:
  CallMeter(std::string method, bool is_unary, Metrics* metrics,
            const Clock* clock)
      : method_(std::move(method)),
        is_unary_(is_unary),
        metrics_(metrics),
        clock_(clock),
        start_(clock->Now()) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      const auto code =
          static_cast<absl::StatusCode>(methods->GetSendStatus().error_code());
      metrics_
          ->CounterOf(names::kRpcs, {method_, absl::StatusCodeToString(code)})
          .Increment();
      if (is_unary_) {
        metrics_->SecondsOf(names::kRpcSeconds, {method_})
            .Observe(absl::ToDoubleSeconds(clock_->Now() - start_));
      }
    }
    methods->Proceed();
  }

 private:
  const std::string method_;
  const bool is_unary_;
  Metrics* const metrics_;
  const Clock* const clock_;
  const absl::Time start_;
};

class Factory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  Factory(Metrics* metrics, const Clock* clock)
      : metrics_(metrics), clock_(clock) {}

  // gRPC owns what it returns.
  grpc::experimental::Interceptor* CreateServerInterceptor(
      ServerRpcInfo* info) override {
    return new CallMeter(info->method(),
                         info->type() == ServerRpcInfo::Type::UNARY, metrics_,
                         clock_);
  }

 private:
  Metrics* const metrics_;
  const Clock* const clock_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeRpcMetrics(Metrics* metrics, const Clock* clock) {
  return std::make_unique<Factory>(metrics, clock);
}

}  // namespace pullgate
