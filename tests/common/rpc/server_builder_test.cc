// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A server on a Unix socket, as grpcurl without any protos meets it.

#include "common/rpc/server_builder.h"

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/credentials.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/channel.h"
#include "common/rpc/deadline.h"
#include "common/rpc/unix_socket.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/support/test_rpc_server.h"

namespace pullgate {
namespace {

using grpc::reflection::v1::ServerReflection;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

constexpr char kV1[] =
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
constexpr char kV1Alpha[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

// A directory whose path is short enough for a socket's.
class SocketDir {
 public:
  SocketDir() { EXPECT_NE(mkdtemp(path_), nullptr); }
  ~SocketDir() {
    unlink(socket().c_str());
    rmdir(path_);
  }
  std::string socket() const { return absl::StrCat(path_, "/s"); }

 private:
  char path_[32] = "/tmp/pullgate-XXXXXX";
};

std::shared_ptr<grpc::ServerCredentials> LocalCredentials() {
  return grpc::experimental::LocalServerCredentials(UDS);
}

absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

class ServerBuilderTest : public testing::Test {
 protected:
  explicit ServerBuilderTest(Role role = Role::kViewer)
      : callers_("", {}, role) {
    EXPECT_TRUE(PrepareUnixSocket(directory_.socket()).ok());
    ScopedUmask umask(kSocketUmask);
    ServerSettings settings;
    settings.max_request_bytes = 1 << 20;
    server_ = std::make_unique<TestRpcServer>(LocalCredentials(), &callers_,
                                              directory_.socket(), settings);
    channel_ =
        MakeChannel(server_->target(), grpc::InsecureChannelCredentials());
  }

  // One question over the reflection service of that path: v1alpha has the
  // same messages.
  ServerReflectionResponse Reflect(const char* path,
                                   const ServerReflectionRequest& request) {
    grpc::TemplatedGenericStub<ServerReflectionRequest,
                               ServerReflectionResponse>
        stub(channel_);
    grpc::ClientContext context;
    SetDeadline(Soon(), context);
    grpc::CompletionQueue queue;
    const auto next = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    const auto stream = stub.PrepareCall(&context, path, &queue);
    ServerReflectionResponse response;
    grpc::Status status;
    stream->StartCall(nullptr);
    EXPECT_TRUE(next());
    stream->Write(request, nullptr);
    EXPECT_TRUE(next());
    stream->Read(&response, nullptr);
    next();
    stream->WritesDone(nullptr);
    next();
    stream->Finish(&status, nullptr);
    next();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::set<std::string> Services(const char* path) {
    ServerReflectionRequest request;
    request.set_list_services("");
    std::set<std::string> names;
    const ServerReflectionResponse response = Reflect(path, request);
    for (const auto& service : response.list_services_response().service()) {
      names.insert(service.name());
    }
    return names;
  }

  const SocketDir directory_;
  const CallerResolver callers_;
  std::unique_ptr<TestRpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerBuilderTest, SocketCallersAreLocal) {
  EXPECT_EQ(AskWhoAmI(channel_), "local");
}

TEST_F(ServerBuilderTest, SocketIsForOwnerAndGroup) {
  struct stat info = {};
  ASSERT_EQ(stat(directory_.socket().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0660u);
}

TEST_F(ServerBuilderTest, BothReflectionsListEveryService) {
  for (const char* path : {kV1, kV1Alpha}) {
    const std::set<std::string> services = Services(path);
    for (const char* name :
         {"pullgate.policy.v1.PolicyService", "grpc.health.v1.Health",
          "grpc.channelz.v1.Channelz", "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection"}) {
      EXPECT_EQ(services.count(name), 1u) << path << " " << name;
    }
  }
}

TEST_F(ServerBuilderTest, BothReflectionsDescribeWhatClientsNeed) {
  for (const char* path : {kV1, kV1Alpha}) {
    for (const char* symbol :
         {"pullgate.policy.v1.PolicyService", "grpc.health.v1.Health",
          "grpc.channelz.v1.Channelz", "google.rpc.Status",
          "google.rpc.ErrorInfo", "google.rpc.BadRequest"}) {
      ServerReflectionRequest request;
      request.set_file_containing_symbol(symbol);
      EXPECT_GE(Reflect(path, request)
                    .file_descriptor_response()
                    .file_descriptor_proto_size(),
                1)
          << path << " " << symbol;
    }
  }
}

TEST_F(ServerBuilderTest, EveryServiceListedCanBeDescribedOverV1) {
  for (const std::string& service : Services(kV1)) {
    ServerReflectionRequest request;
    request.set_file_containing_symbol(service);
    const ServerReflectionResponse response = Reflect(kV1, request);
    // v1alpha's own messages are private to gRPC's library.
    if (absl::StrContains(service, "v1alpha")) continue;
    EXPECT_FALSE(response.has_error_response()) << service;
  }
}

TEST_F(ServerBuilderTest, ReflectionAnswersManyQuestionsOnOneStream) {
  const auto stub = ServerReflection::NewStub(channel_);
  grpc::ClientContext context;
  SetDeadline(Soon(), context);
  const auto stream = stub->ServerReflectionInfo(&context);
  ServerReflectionRequest request;
  for (int i = 0; i < 100; ++i) {
    request.set_file_containing_symbol(i % 2 == 0 ? "google.rpc.Status" : "x");
    ASSERT_TRUE(stream->Write(request));
    ServerReflectionResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.has_error_response(), i % 2 == 1);
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerBuilderTest, ReflectionSurvivesClientsThatLeave) {
  const auto stub = ServerReflection::NewStub(channel_);
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    SetDeadline(Soon(), context);
    const auto stream = stub->ServerReflectionInfo(&context);
    ServerReflectionRequest request;
    request.set_list_services("");
    stream->Write(request);
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_FALSE(Services(kV1).empty());
}

TEST_F(ServerBuilderTest, HealthServesUntilToldOtherwise) {
  const auto stub = grpc::health::v1::Health::NewStub(channel_);
  const auto check = [&] {
    grpc::ClientContext context;
    SetDeadline(Soon(), context);
    grpc::health::v1::HealthCheckResponse response;
    EXPECT_TRUE(
        stub->Check(&context, grpc::health::v1::HealthCheckRequest(), &response)
            .ok());
    return response.status();
  };
  EXPECT_EQ(check(), grpc::health::v1::HealthCheckResponse::SERVING);
  server_->server().GetHealthCheckService()->SetServingStatus(false);
  EXPECT_EQ(check(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
}

TEST_F(ServerBuilderTest, RequestsBeyondTheBoundAreRefused) {
  const auto stub = policy::v1::PolicyService::NewStub(channel_);
  policy::v1::GetPolicyRequest request;
  request.set_name(std::string(2 << 20, 'x'));
  policy::v1::GetPolicyResponse response;
  grpc::ClientContext context;
  SetDeadline(Soon(), context);
  EXPECT_EQ(stub->GetPolicy(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerBuilderTest, ViewersOfTheSocketMayNotChangePolicies) {
  const auto stub = policy::v1::PolicyService::NewStub(channel_);
  policy::v1::SetPolicyResponse response;
  grpc::ClientContext context;
  SetDeadline(Soon(), context);
  EXPECT_EQ(stub->SetPolicy(&context, policy::v1::SetPolicyRequest(), &response)
                .error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ServerBuilderTest, UnknownMethodIsUnimplemented) {
  grpc::TemplatedGenericStub<ServerReflectionRequest, ServerReflectionResponse>
      stub(channel_);
  grpc::ClientContext context;
  SetDeadline(Soon(), context);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareUnaryCall(
      &context, "/pullgate.policy.v1.PolicyService/NoSuchMethod", {}, &queue);
  ServerReflectionResponse response;
  grpc::Status status;
  call->StartCall();
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

class NoRoleServerTest : public ServerBuilderTest {
 protected:
  NoRoleServerTest() : ServerBuilderTest(Role::kNone) {}
};

TEST_F(NoRoleServerTest, SocketWithoutARoleOpensOnlyHealth) {
  EXPECT_TRUE(absl::StartsWith(AskWhoAmI(channel_), "PERMISSION_DENIED"));
}

TEST(ServerBuilderPortTest, SecondServerOnAPortDoesNotStart) {
  const CallerResolver callers("", {}, Role::kNone);
  const auto credentials = [] {
    return grpc::experimental::LocalServerCredentials(LOCAL_TCP);
  };
  const TestRpcServer first(credentials(), &callers);
  const auto builder = MakeServerBuilder({});
  int port = -1;
  builder->AddListeningPort(first.target(), credentials(), &port);
  EXPECT_EQ(builder->BuildAndStart(), nullptr);
}

}  // namespace
}  // namespace pullgate
