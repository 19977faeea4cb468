// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/observe/log_rate_limiter.h"
#include "common/observe/names.h"
#include "common/sync/mutex.h"

namespace pullgate {
namespace {

// gRPC takes a function and no state; its threads may call it at any time.
struct Route {
  Mutex mu;
  const Logger* log ABSL_GUARDED_BY(mu) = nullptr;
  std::unique_ptr<LogRateLimiter> limiter ABSL_GUARDED_BY(mu);
};

Route& TheRoute() {
  static auto* const route = new Route;
  return *route;
}

void Log(gpr_log_func_args* args) {
  Route& route = TheRoute();
  MutexLock lock(&route.mu);
  if (route.log == nullptr) return;
  if (const auto skipped = route.limiter->Admit()) {
    route.log->Warning(
        "grpc", {{names::kError, args->message},
                 {names::kSource, absl::StrCat(args->file, ":", args->line)},
                 {names::kSkipped, *skipped}});
  }
}

}  // namespace

GrpcLogRoute::GrpcLogRoute(const Logger* log, const Clock* clock) {
  Route& route = TheRoute();
  {
    MutexLock lock(&route.mu);
    route.log = log;
    route.limiter = std::make_unique<LogRateLimiter>(clock, absl::Seconds(1));
  }
  // gRPC does this when it is first used; until then it logs nothing.
  gpr_log_verbosity_init();
  gpr_set_log_function(&Log);
}

GrpcLogRoute::~GrpcLogRoute() {
  gpr_set_log_function(nullptr);
  Route& route = TheRoute();
  MutexLock lock(&route.mu);
  route.log = nullptr;
}

}  // namespace pullgate
