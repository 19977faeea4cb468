// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Certificates that change under a running server.

#include <grpcpp/health_check_service_interface.h>
#include <poll.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/channel.h"
#include "common/rpc/deadline.h"
#include "common/rpc/tls_credentials.h"
#include "common/sync/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/support/spiffe_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_rpc_server.h"

namespace pullgate {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kAlice[] = "spiffe://example.org/operator/alice";

// What the observer was told.
class Told {
 public:
  void Add(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    statuses_.push_back(status);
    changed_.NotifyAll();
  }
  std::vector<absl::Status> Await(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(&mu_);
    while (statuses_.size() < count) {
      if (!changed_.WaitFor(&mu_, absl::Seconds(20))) break;
    }
    return statuses_;
  }
  TlsCredentials::Observer observer() {
    return
        [this](const absl::Status& status, const TlsMaterial&) { Add(status); };
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<absl::Status> statuses_ ABSL_GUARDED_BY(mu_);
};

class TlsRotationTest : public testing::Test {
 protected:
  std::unique_ptr<TlsCredentials> Start(const TlsFilePaths& files,
                                        absl::Duration interval) {
    TlsRotationOptions options;
    options.interval = interval;
    auto credentials = TlsCredentials::Start(files, options, told_.observer());
    EXPECT_TRUE(credentials.ok()) << credentials.status();
    return *std::move(credentials);
  }

  // A new connection's answer.
  std::string AskAnew(const TestRpcServer& server, const SpiffePki& pki) {
    const auto client = *TlsCredentials::Start(
        pki.WriteClient(directory_.path(), "client", {kAlice}), {}, nullptr);
    return AskWhoAmI(MakeChannel(server.target(), client->ForChannel()));
  }

  // gRPC takes up published files within a second and tells nobody.
  bool SoonAnswers(const TestRpcServer& server, const SpiffePki& pki,
                   absl::string_view prefix) {
    const absl::Time give_up = absl::Now() + absl::Seconds(20);
    while (!absl::StartsWith(AskAnew(server, pki), prefix)) {
      if (absl::Now() > give_up) return false;
      poll(nullptr, 0, 50);
    }
    return true;
  }

  const TempDir directory_;
  const SpiffePki old_{"Old CA"};
  const SpiffePki new_{"New CA"};
  const TlsFilePaths files_ =
      old_.WriteServer(directory_.path(), "pdp", {"127.0.0.1"});
  const CallerResolver callers_{
      "example.org", {{"alice", Role::kViewer}}, Role::kNone};
  Told told_;
};

// A health watch that stays open.
class OpenStream {
 public:
  explicit OpenStream(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(Health::NewStub(channel)) {
    SetDeadline(absl::Now() + absl::Minutes(1), context_);
    stream_ = stub_->Watch(&context_, HealthCheckRequest());
  }
  ~OpenStream() {
    context_.TryCancel();
    HealthCheckResponse response;
    while (stream_->Read(&response)) {
    }
    stream_->Finish();
  }

  // The next status; UNKNOWN when the stream has ended.
  HealthCheckResponse::ServingStatus Next() {
    HealthCheckResponse response;
    return stream_->Read(&response) ? response.status()
                                    : HealthCheckResponse::UNKNOWN;
  }

 private:
  const std::unique_ptr<Health::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<HealthCheckResponse>> stream_;
};

TEST_F(TlsRotationTest, NewCaIsTakenUpAndOpenStreamsLiveOn) {
  const auto pdp = Start(files_, absl::Hours(1));
  TestRpcServer server(pdp->ForServer(), &callers_);
  const auto early = *TlsCredentials::Start(
      old_.WriteClient(directory_.path(), "early", {kAlice}), {}, nullptr);
  OpenStream stream(MakeChannel(server.target(), early->ForChannel()));
  EXPECT_EQ(stream.Next(), HealthCheckResponse::SERVING);
  EXPECT_TRUE(absl::StartsWith(AskAnew(server, new_), "UNAVAILABLE"));

  // Certificate, key and CA all change.
  new_.WriteServer(directory_.path(), "pdp", {"127.0.0.1"});
  EXPECT_TRUE(pdp->Reload().ok());
  EXPECT_EQ(told_.Await(1), std::vector<absl::Status>({absl::OkStatus()}));

  EXPECT_TRUE(SoonAnswers(server, new_, "operator/alice"));
  EXPECT_TRUE(absl::StartsWith(AskAnew(server, old_), "UNAVAILABLE"));
  server.server().GetHealthCheckService()->SetServingStatus("", false);
  EXPECT_EQ(stream.Next(), HealthCheckResponse::NOT_SERVING);
}

TEST_F(TlsRotationTest, WatcherSeesTheChangeByItself) {
  const auto pdp = Start(files_, absl::Milliseconds(10));
  new_.WriteServer(directory_.path(), "pdp", {"127.0.0.1"});
  // Halfway through the change the files may not fit, which is told too.
  for (size_t seen = 1; pdp->in_use().ca_pem != new_.CaPem(); ++seen) {
    ASSERT_EQ(told_.Await(seen).size(), seen);
  }
}

TEST_F(TlsRotationTest, MismatchedPairKeepsTheLastGoodOne) {
  const auto pdp = Start(files_, absl::Hours(1));
  TestRpcServer server(pdp->ForServer(), &callers_);
  const std::string before = pdp->in_use().fingerprint;
  ReplaceFile(files_.certificate, old_.IssueServer({"127.0.0.1"}).Pem());

  const absl::Status status = pdp->Reload();
  EXPECT_TRUE(absl::StrContains(status.message(), "is not the key of"))
      << status;
  EXPECT_EQ(pdp->in_use().fingerprint, before);
  EXPECT_EQ(AskAnew(server, old_), "operator/alice");
}

TEST_F(TlsRotationTest, MissingFileKeepsTheLastGoodOne) {
  const auto pdp = Start(files_, absl::Hours(1));
  TestRpcServer server(pdp->ForServer(), &callers_);
  ASSERT_EQ(rename(files_.key.c_str(), directory_.File("gone").c_str()), 0);
  EXPECT_EQ(pdp->Reload().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AskAnew(server, old_), "operator/alice");
}

TEST_F(TlsRotationTest, TheSameFailureIsToldOnce) {
  const auto pdp = Start(files_, absl::Hours(1));
  ReplaceFile(files_.ca, "nothing");
  EXPECT_FALSE(pdp->Reload().ok());
  EXPECT_FALSE(pdp->Reload().ok());
  EXPECT_EQ(told_.Await(1).size(), 1u);
  // Mended without a change, and broken again: news.
  ReplaceFile(files_.ca, old_.CaPem());
  EXPECT_TRUE(pdp->Reload().ok());
  EXPECT_EQ(told_.Await(1).size(), 1u);
  ReplaceFile(files_.ca, "nothing");
  EXPECT_FALSE(pdp->Reload().ok());
  EXPECT_EQ(told_.Await(2).size(), 2u);
}

TEST_F(TlsRotationTest, NothingNewIsNoNews) {
  const auto pdp = Start(files_, absl::Hours(1));
  ReplaceFile(files_.certificate, ReadFile(files_.certificate));
  EXPECT_TRUE(pdp->Reload().ok());
  EXPECT_TRUE(told_.Await(0).empty());
}

TEST_F(TlsRotationTest, ClientsRotateToo) {
  const auto pdp = Start(files_, absl::Hours(1));
  TestRpcServer server(pdp->ForServer(), &callers_);
  const TlsFilePaths files =
      new_.WriteClient(directory_.path(), "late", {kAlice});
  ReplaceFile(files.ca, old_.CaPem());
  const auto client = Start(files, absl::Hours(1));
  ChannelSettings settings;
  settings.max_backoff = absl::Milliseconds(200);
  const auto channel =
      MakeChannel(server.target(), client->ForChannel(), settings);
  EXPECT_TRUE(absl::StartsWith(AskWhoAmI(channel), "UNAVAILABLE"));
  old_.WriteClient(directory_.path(), "late", {kAlice});
  EXPECT_TRUE(client->Reload().ok());
  const absl::Time give_up = absl::Now() + absl::Seconds(20);
  while (AskWhoAmI(channel) != "operator/alice") {
    ASSERT_LT(absl::Now(), give_up);
    poll(nullptr, 0, 50);
  }
}

}  // namespace
}  // namespace pullgate
