// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/wire/effective_policy.h"

#include <string>

#include "absl/status/status.h"
#include "common/policy/decide.h"
#include "common/status/error_info.h"
#include "common/wire/policy_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::wire {
namespace {

namespace pb = pullgate::sync::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

pb::EffectivePolicy Open() {
  pb::EffectivePolicy proto;
  proto.mutable_policy()->set_mode(pullgate::policy::v1::Policy::MODE_OPEN);
  return proto;
}

Decision Ask(const pb::EffectivePolicy& policy, absl::string_view registry,
             Evidence evidence = {
                 Evidence::Outcome::kLookedUp, {}, {}, "", ""}) {
  const auto snapshot = CompileEffectivePolicy(policy).value();
  return Decide(*snapshot, RegistryAddress::ParseQuestion(registry).value(),
                evidence)
      .value();
}

TEST(CompileEffectivePolicyTest, WithoutAPolicyEverythingIsDenied) {
  const Decision decision = Ask(pb::EffectivePolicy(), "registry.example.com");
  EXPECT_EQ(decision.effect, Effect::kDeny);
  EXPECT_EQ(decision.reason, DenyReason::kNoPolicy);
}

TEST(CompileEffectivePolicyTest, ARuleThatDoesNotParseIsRefusedByItsPlace) {
  pb::EffectivePolicy proto = Open();
  proto.mutable_policy()->add_insecure("registry.example.com");
  proto.mutable_policy()->add_insecure("192.168.*");
  const absl::Status status = CompileEffectivePolicy(proto).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("insecure[1]"));
  EXPECT_THAT(FieldViolationsOf(status), SizeIs(1));
}

TEST(CompileEffectivePolicyTest, AnUnknownModeIsReadAsWhitelist) {
  pb::EffectivePolicy proto = Open();
  proto.mutable_policy()->set_mode(
      static_cast<pullgate::policy::v1::Policy::Mode>(42));
  EXPECT_EQ(Ask(proto, "registry.example.com").reason,
            DenyReason::kNotWhitelisted);
}

TEST(CompileEffectivePolicyTest, ProtectedAddressesProtectWhatPointsToThem) {
  pb::EffectivePolicy proto = Open();
  proto.mutable_policy()->add_insecure("*.corp.example");
  pb::ProtectedRegistry& harbor = *proto.add_protected_registries();
  harbor.set_host("harbor.corp.example");
  harbor.add_addresses("10.2.40.40");
  const Evidence evidence = {Evidence::Outcome::kLookedUp,
                             {IpAddress::Parse("10.2.40.40").value()},
                             {},
                             "",
                             ""};
  const Decision decision = Ask(proto, "alias.corp.example", evidence);
  EXPECT_EQ(decision.effect, Effect::kPermit);
  EXPECT_FALSE(decision.insecure());
}

TEST(CompileEffectivePolicyTest, UnpinnableAddressesAreTheOnesGiven) {
  pb::EffectivePolicy proto = Open();
  proto.add_unpinnable_addresses("198.51.100.0/24");
  const Evidence evidence = {Evidence::Outcome::kLookedUp,
                             {IpAddress::Parse("198.51.100.7").value()},
                             {},
                             "",
                             ""};
  EXPECT_EQ(Ask(proto, "registry.example.com", evidence).reason,
            DenyReason::kAddressRefused);
}

TEST(WriteCanonicalTest, StoresRulesScopesAndModeAsCompiled) {
  pullgate::policy::v1::Policy proto;
  proto.add_whitelist("10.2.2.1/24");
  proto.add_registry_cas()->add_scope("Harbor.Corp.Example.");
  proto.set_use_public_cas(false);
  const CompileResult result =
      CompilePolicy(PolicyTextFromProto(proto), ProcessSettings());
  ASSERT_NE(result.snapshot, nullptr);

  WriteCanonical(result.snapshot->canonical(), &proto);

  EXPECT_EQ(proto.mode(), pullgate::policy::v1::Policy::MODE_WHITELIST);
  EXPECT_THAT(proto.whitelist(), ElementsAre("10.2.2.0/24"));
  EXPECT_THAT(proto.registry_cas(0).scope(),
              ElementsAre("harbor.corp.example"));
  EXPECT_FALSE(proto.use_public_cas());
}

}  // namespace
}  // namespace pullgate::wire
