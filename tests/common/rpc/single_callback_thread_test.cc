// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Callbacks of real calls, to a server of this process.

#include "common/rpc/single_callback_thread.h"

#include <grpcpp/server_builder.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "common/sync/mutex.h"
#include "common/sync/watermark.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Notes the threads that it is called on.
class Noting final : public Health::CallbackService {
 public:
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const HealthCheckRequest* /*request*/,
                                  HealthCheckResponse* /*response*/) override {
    {
      MutexLock lock(&mu_);
      threads_.insert(std::this_thread::get_id());
    }
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  size_t threads() const {
    MutexLock lock(&mu_);
    return threads_.size();
  }

 private:
  mutable Mutex mu_;
  std::set<std::thread::id> threads_ ABSL_GUARDED_BY(mu_);
};

// A server, and a client that keeps calls under way.
class Calls {
 public:
  Calls() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = Health::NewStub(server_->InProcessChannel({}));
  }
  ~Calls() { server_->Shutdown(); }

  // Makes `total` calls, 8 at a time. Returns how many succeeded.
  int Make(int total) {
    std::vector<std::unique_ptr<Call>> calls;
    Watermark done(0);
    std::atomic<int> finished{0};
    std::atomic<int> ok{0};
    for (int i = 0; i < total; ++i) {
      done.WaitAbove(i - 8, absl::InfiniteFuture());
      Call& call = *calls.emplace_back(std::make_unique<Call>());
      stub_->async()->Check(&call.context, &call.request, &call.response,
                            [&](const grpc::Status& status) {
                              if (status.ok()) ++ok;
                              done.RaiseTo(++finished);
                            });
    }
    done.WaitAbove(total - 1, absl::InfiniteFuture());
    return ok;
  }

  size_t threads() const { return service_.threads(); }

 private:
  struct Call {
    grpc::ClientContext context;
    HealthCheckRequest request;
    HealthCheckResponse response;
  };

  Noting service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Health::Stub> stub_;
};

TEST(SingleCallbackThreadTest, AllCallbacksRunOnOneThread) {
  if (!SingleCallbackThread::Applies()) {
    GTEST_SKIP() << "this machine has more processors than it is for";
  }
  const SingleCallbackThread single;
  Calls calls;
  // The thread may still be on its way to be occupied.
  calls.Make(8);
  Calls later;
  EXPECT_EQ(later.Make(500), 500);
  EXPECT_EQ(later.threads(), 1u);
}

TEST(SingleCallbackThreadTest, CallsGoOnWhenTheThreadIsGivenBack) {
  Calls calls;
  {
    const SingleCallbackThread single;
    EXPECT_EQ(calls.Make(50), 50);
  }
  EXPECT_EQ(calls.Make(500), 500);
}

TEST(SingleCallbackThreadTest, MayBeTheLastOfGrpcInTheProcess) {
  for (int i = 0; i < 20; ++i) {
    const SingleCallbackThread single;
    if (i % 2 == 0) EXPECT_EQ(Calls().Make(10), 10);
  }
}

}  // namespace
}  // namespace pullgate
