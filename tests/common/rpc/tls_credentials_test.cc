// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// Mutual TLS over real sockets: who gets in, and who they then are.

#include "common/rpc/tls_credentials.h"

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/rpc/channel.h"
#include "common/rpc/deadline.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/support/spiffe_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_rpc_server.h"

namespace pullgate {
namespace {

constexpr char kAlice[] = "spiffe://example.org/operator/alice";
constexpr char kAgent[] = "spiffe://example.org/vch/build-7";

std::unique_ptr<TlsCredentials> StartOrDie(const TlsFilePaths& files) {
  absl::StatusOr<std::unique_ptr<TlsCredentials>> credentials =
      TlsCredentials::Start(files, {}, nullptr);
  EXPECT_TRUE(credentials.ok()) << credentials.status();
  return *std::move(credentials);
}

absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

class TlsCredentialsTest : public testing::Test {
 protected:
  // Who a client with such a certificate of that CA is to the server.
  std::string Ask(const SpiffePki& pki, const std::vector<std::string>& uris,
                  const ChannelSettings& settings = {}) {
    const auto client =
        StartOrDie(pki.WriteClient(directory_.path(), "client", uris));
    return AskWhoAmI(
        MakeChannel(server_.target(), client->ForChannel(), settings));
  }

  std::shared_ptr<grpc::Channel> Connect(const std::string& uri) {
    clients_.push_back(
        StartOrDie(pki_.WriteClient(directory_.path(), "other", {uri})));
    return MakeChannel(server_.target(), clients_.back()->ForChannel());
  }

  const TempDir directory_;
  const SpiffePki pki_{"Test CA"};
  const SpiffePki foreign_{"Foreign CA"};
  const CallerResolver callers_{
      "example.org", {{"alice", Role::kViewer}}, Role::kNone};
  const std::unique_ptr<TlsCredentials> pdp_ = StartOrDie(pki_.WriteServer(
      directory_.path(), "pdp", {"127.0.0.1", "pdp.example.org"}));
  TestRpcServer server_{pdp_->ForServer(), &callers_};
  std::vector<std::unique_ptr<TlsCredentials>> clients_;
};

TEST_F(TlsCredentialsTest, OperatorIsKnownByTheUriName) {
  EXPECT_EQ(Ask(pki_, {kAlice}), "operator/alice");
}

TEST_F(TlsCredentialsTest, AgentMayNotCallWhatIsForOperators) {
  EXPECT_TRUE(absl::StartsWith(Ask(pki_, {kAgent}), "PERMISSION_DENIED"));
  ASSERT_EQ(server_.refused().size(), 1u);
  EXPECT_EQ(server_.refused()[0].caller, "vch/build-7");
}

TEST_F(TlsCredentialsTest, TwoUriNamesAreNoIdentity) {
  EXPECT_TRUE(absl::StartsWith(Ask(pki_, {kAlice, kAgent}), "UNAUTHENTICATED"));
  EXPECT_TRUE(absl::StartsWith(Ask(pki_, {kAlice, "https://example.org/"}),
                               "UNAUTHENTICATED"));
}

TEST_F(TlsCredentialsTest, NoUriNameIsNoIdentity) {
  EXPECT_TRUE(absl::StartsWith(Ask(pki_, {}), "UNAUTHENTICATED"));
}

TEST_F(TlsCredentialsTest, ForeignTrustDomainIsNoIdentity) {
  EXPECT_TRUE(absl::StartsWith(
      Ask(pki_, {"spiffe://example.com/operator/alice"}), "UNAUTHENTICATED"));
}

TEST_F(TlsCredentialsTest, ForeignCaIsRefusedAtTheHandshake) {
  // Trusts the server's CA, but its own certificate is another's.
  TlsFilePaths files =
      foreign_.WriteClient(directory_.path(), "foreign", {kAlice});
  ReplaceFile(files.ca, pki_.CaPem());
  const auto client = StartOrDie(files);
  const std::string answer =
      AskWhoAmI(MakeChannel(server_.target(), client->ForChannel()));
  EXPECT_TRUE(absl::StartsWith(answer, "UNAVAILABLE")) << answer;
  EXPECT_TRUE(server_.refused().empty());
}

TEST_F(TlsCredentialsTest, NoClientCertificateIsRefusedAtTheHandshake) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = pki_.CaPem();
  const std::string answer =
      AskWhoAmI(MakeChannel(server_.target(), grpc::SslCredentials(options)));
  EXPECT_TRUE(absl::StartsWith(answer, "UNAVAILABLE")) << answer;
  EXPECT_TRUE(server_.refused().empty());
}

TEST_F(TlsCredentialsTest, PlaintextIsRefused) {
  const std::string answer = AskWhoAmI(
      MakeChannel(server_.target(), grpc::InsecureChannelCredentials()));
  EXPECT_TRUE(absl::StartsWith(answer, "UNAVAILABLE")) << answer;
}

TEST_F(TlsCredentialsTest, ClientRefusesAServerOfAForeignCa) {
  TlsFilePaths files = pki_.WriteClient(directory_.path(), "agent", {kAlice});
  ReplaceFile(files.ca, foreign_.CaPem());
  const auto client = StartOrDie(files);
  const std::string answer =
      AskWhoAmI(MakeChannel(server_.target(), client->ForChannel()));
  EXPECT_TRUE(absl::StartsWith(answer, "UNAVAILABLE")) << answer;
}

TEST_F(TlsCredentialsTest, ServerMustBeForTheNameThatIsExpected) {
  ChannelSettings settings;
  settings.server_name = "pdp.example.org";
  EXPECT_EQ(Ask(pki_, {kAlice}, settings), "operator/alice");
  for (const char* wrong : {"pdp.example.com", "example.org", "127.0.0.2"}) {
    settings.server_name = wrong;
    EXPECT_TRUE(absl::StartsWith(Ask(pki_, {kAlice}, settings), "UNAVAILABLE"))
        << wrong;
  }
}

// A client certificate must not do for a server, whatever CA it is of.
TEST_F(TlsCredentialsTest, AgentCannotPoseAsThePdp) {
  const auto impostor =
      StartOrDie(pki_.WriteClient(directory_.path(), "impostor", {kAgent}));
  const TestRpcServer server(impostor->ForServer(), &callers_);
  const auto client =
      StartOrDie(pki_.WriteClient(directory_.path(), "client", {kAlice}));
  const std::string answer =
      AskWhoAmI(MakeChannel(server.target(), client->ForChannel()));
  EXPECT_TRUE(absl::StartsWith(answer, "UNAVAILABLE")) << answer;
}

TEST_F(TlsCredentialsTest, HealthIsForAnyoneWhoGotPastTls) {
  for (const char* uri : {kAgent, "spiffe://example.com/elsewhere"}) {
    const auto stub = grpc::health::v1::Health::NewStub(Connect(uri));
    grpc::ClientContext context;
    SetDeadline(Soon(), context);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = stub->Check(
        &context, grpc::health::v1::HealthCheckRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.status(),
              grpc::health::v1::HealthCheckResponse::SERVING);
  }
}

// Plug-ins pass the same check as our own services.
TEST_F(TlsCredentialsTest, ReflectionIsForOperators) {
  using grpc::reflection::v1::ServerReflection;
  const auto code_for = [this](const std::string& uri) {
    const auto stub = ServerReflection::NewStub(Connect(uri));
    grpc::ClientContext context;
    SetDeadline(Soon(), context);
    const auto stream = stub->ServerReflectionInfo(&context);
    grpc::reflection::v1::ServerReflectionRequest request;
    request.set_list_services("");
    stream->Write(request);
    stream->WritesDone();
    grpc::reflection::v1::ServerReflectionResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish().error_code();
  };
  EXPECT_EQ(code_for(kAlice), grpc::StatusCode::OK);
  EXPECT_EQ(code_for(kAgent), grpc::StatusCode::PERMISSION_DENIED);
}

TEST(TlsCredentialsStartTest, RefusesFilesThatCouldNeverWork) {
  const TempDir directory;
  const SpiffePki pki("Test CA");
  TlsFilePaths files = pki.WriteServer(directory.path(), "pdp", {"localhost"});
  files.ca = directory.File("missing.ca");
  const absl::Status status =
      TlsCredentials::Start(files, {}, nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "missing.ca")) << status;
}

}  // namespace
}  // namespace pullgate
