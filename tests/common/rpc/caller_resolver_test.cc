// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/rpc/caller_resolver.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "tests/fakes/fake_auth_context.h"

namespace pullgate {
namespace {

class CallerResolverTest : public testing::Test {
 protected:
  std::string CallerOf(const std::vector<std::string>& uris) {
    const absl::StatusOr<Caller> caller =
        resolver_.Resolve(FakeAuthContext::Tls(uris));
    return caller.ok() ? caller->ToString() : "nobody";
  }

  CallerResolver resolver_{"example.org",
                           {{"alice", Role::kEditor}, {"bob", Role::kViewer}},
                           Role::kViewer};
};

TEST_F(CallerResolverTest, NamesAgents) {
  const absl::StatusOr<Caller> caller = resolver_.Resolve(
      FakeAuthContext::Tls({"spiffe://example.org/vch/build-7"}));
  ASSERT_TRUE(caller.ok()) << caller.status();
  ASSERT_NE(caller->vch(), nullptr);
  EXPECT_EQ(caller->vch()->text(), "build-7");
  EXPECT_EQ(caller->role(), Role::kNone);
  EXPECT_FALSE(caller->is_local());
  EXPECT_EQ(caller->ToString(), "vch/build-7");
}

TEST_F(CallerResolverTest, NamesOperatorsAndTheirRoles) {
  const auto role_of = [this](const std::string& uri) {
    return resolver_.Resolve(FakeAuthContext::Tls({uri}))->role();
  };
  EXPECT_EQ(role_of("spiffe://example.org/operator/alice"), Role::kEditor);
  EXPECT_EQ(role_of("spiffe://example.org/operator/bob"), Role::kViewer);
  EXPECT_EQ(role_of("spiffe://example.org/operator/eve"), Role::kNone);
  EXPECT_EQ(CallerOf({"spiffe://example.org/operator/alice"}),
            "operator/alice");
}

TEST_F(CallerResolverTest, AnAgentNamedLikeAnOperatorHasNoRole) {
  EXPECT_EQ(
      resolver_
          .Resolve(FakeAuthContext::Tls({"spiffe://example.org/vch/alice"}))
          ->role(),
      Role::kNone);
}

TEST_F(CallerResolverTest, SocketCallersAreLocal) {
  const absl::StatusOr<Caller> caller =
      resolver_.Resolve(FakeAuthContext::UnixSocket());
  ASSERT_TRUE(caller.ok());
  EXPECT_TRUE(caller->is_local());
  EXPECT_EQ(caller->role(), Role::kViewer);
  EXPECT_EQ(caller->vch(), nullptr);
  EXPECT_EQ(caller->ToString(), "local");
}

TEST_F(CallerResolverTest, WantsExactlyOneUriName) {
  EXPECT_EQ(CallerOf({}), "nobody");
  EXPECT_EQ(
      CallerOf({"spiffe://example.org/vch/a", "spiffe://example.org/vch/b"}),
      "nobody");
  EXPECT_EQ(
      CallerOf({"spiffe://example.org/operator/alice", "https://example.org/"}),
      "nobody");
  EXPECT_EQ(
      CallerOf({"spiffe://example.org/vch/a", "spiffe://example.org/vch/a"}),
      "nobody");
}

TEST_F(CallerResolverTest, BelievesItsOwnTrustDomainOnly) {
  EXPECT_EQ(CallerOf({"spiffe://example.com/vch/a"}), "nobody");
  EXPECT_EQ(CallerOf({"spiffe://sub.example.org/vch/a"}), "nobody");
  EXPECT_EQ(CallerOf({"https://example.org/vch/a"}), "nobody");
}

TEST_F(CallerResolverTest, EmptyTrustDomainNamesNobody) {
  const CallerResolver agent_socket("", {}, Role::kViewer);
  EXPECT_FALSE(
      agent_socket.Resolve(FakeAuthContext::Tls({"spiffe:///vch/a"})).ok());
  EXPECT_TRUE(agent_socket.Resolve(FakeAuthContext::UnixSocket()).ok());
}

TEST_F(CallerResolverTest, OtherTransportsAreNobody) {
  for (const FakeAuthContext::Properties& properties :
       std::vector<FakeAuthContext::Properties>{
           {},
           {{"transport_security_type", "insecure"}},
           {{"transport_security_type", "alts"},
            {"peer_uri", "spiffe://example.org/operator/alice"}},
           {{"peer_uri", "spiffe://example.org/operator/alice"}},
           {{"transport_security_type", "ssl"},
            {"transport_security_type", "local"}}}) {
    EXPECT_FALSE(resolver_.Resolve(FakeAuthContext(properties)).ok());
  }
}

TEST_F(CallerResolverTest, SaysWhyNobody) {
  const absl::Status status =
      resolver_.Resolve(FakeAuthContext::Tls({})).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(status), "NO_IDENTITY");
  EXPECT_TRUE(absl::StrContains(status.message(), "has 0 URI"));
}

TEST_F(CallerResolverTest, NewOperatorsTakeEffectWithTheNextCall) {
  resolver_.SetOperators({{"eve", Role::kEditor}});
  const auto role_of = [this](const std::string& name) {
    return resolver_
        .Resolve(
            FakeAuthContext::Tls({"spiffe://example.org/operator/" + name}))
        ->role();
  };
  EXPECT_EQ(role_of("eve"), Role::kEditor);
  EXPECT_EQ(role_of("alice"), Role::kNone);
}

TEST(MayActForTest, AgentsSpeakForTheirOwnVchOnly) {
  const VchId own = *VchId::Parse("a");
  const VchId other = *VchId::Parse("A");
  EXPECT_TRUE(MayActFor(Caller::Agent(own), own).ok());
  const absl::Status status = MayActFor(Caller::Agent(own), other);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(status), "OTHER_VCH");
}

TEST(MayActForTest, OperatorsWithARoleSpeakForAny) {
  const VchId vch = *VchId::Parse("a");
  EXPECT_TRUE(MayActFor(Caller::Operator("x", Role::kViewer), vch).ok());
  EXPECT_TRUE(MayActFor(Caller::Local(Role::kEditor), vch).ok());
  EXPECT_FALSE(MayActFor(Caller::Operator("x", Role::kNone), vch).ok());
  EXPECT_FALSE(MayActFor(Caller::Local(Role::kNone), vch).ok());
}

}  // namespace
}  // namespace pullgate
