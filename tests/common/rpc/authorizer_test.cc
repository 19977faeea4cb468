// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/authorizer.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fakes/fake_auth_context.h"

namespace pullgate {
namespace {

constexpr char kSetPolicy[] = "/pullgate.policy.v1.PolicyService/SetPolicy";
constexpr char kHealth[] = "/grpc.health.v1.Health/Check";

class AuthorizerTest : public testing::Test {
 protected:
  grpc::Status Process(FakeAuthContext peer,
                       const std::vector<std::string>& paths) {
    grpc::AuthMetadataProcessor::InputMetadata metadata;
    for (const std::string& path : paths) metadata.emplace(":path", path);
    grpc::AuthMetadataProcessor::OutputMetadata consumed, response;
    const grpc::Status status =
        authorizer_->Process(metadata, &peer, &consumed, &response);
    EXPECT_TRUE(consumed.empty());
    return status;
  }

  CallerResolver callers_{
      "example.org", {{"alice", Role::kEditor}}, Role::kNone};
  std::vector<RefusedCall> refused_;
  std::shared_ptr<grpc::AuthMetadataProcessor> authorizer_ =
      MakeAuthorizer(&callers_, &AccessTable::Product(),
                     [this](const RefusedCall& c) { refused_.push_back(c); });
};

TEST_F(AuthorizerTest, LetsThroughWhoMayCall) {
  EXPECT_TRUE(
      Process(FakeAuthContext::Tls({"spiffe://example.org/operator/alice"}),
              {kSetPolicy})
          .ok());
  EXPECT_TRUE(refused_.empty());
}

TEST_F(AuthorizerTest, RefusesAndReportsTheRest) {
  const grpc::Status status = Process(
      FakeAuthContext::Tls({"spiffe://example.org/vch/a"}), {kSetPolicy});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  ASSERT_EQ(refused_.size(), 1u);
  EXPECT_EQ(refused_[0].caller, "vch/a");
  EXPECT_EQ(refused_[0].method, kSetPolicy);
  EXPECT_EQ(refused_[0].status.code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(AuthorizerTest, NobodyIsUnauthenticatedButMayAskForHealth) {
  EXPECT_EQ(Process(FakeAuthContext::Tls({}), {kSetPolicy}).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  ASSERT_EQ(refused_.size(), 1u);
  EXPECT_EQ(refused_[0].caller, "nobody");
  EXPECT_TRUE(Process(FakeAuthContext::Tls({}), {kHealth}).ok());
}

TEST_F(AuthorizerTest, WantsExactlyOnePath) {
  const auto alice =
      FakeAuthContext::Tls({"spiffe://example.org/operator/alice"});
  EXPECT_EQ(Process(alice, {}).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Process(alice, {kHealth, kSetPolicy}).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(AuthorizerTest, RunsOnTheCallsOwnThread) {
  EXPECT_FALSE(authorizer_->IsBlocking());
}

TEST_F(AuthorizerTest, NeedsNoObserver) {
  authorizer_ = MakeAuthorizer(&callers_, &AccessTable::Product(), nullptr);
  EXPECT_FALSE(Process(FakeAuthContext::Tls({}), {kSetPolicy}).ok());
}

}  // namespace
}  // namespace pullgate
