// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/decide/active_policy.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "common/crypto/public_ca_set.h"
#include "gtest/gtest.h"
#include "tests/support/agent/effective_policies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_ca.h"

namespace pullgate::agent {
namespace {

using pullgate::sync::v1::EffectivePolicy;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

absl::StatusOr<std::shared_ptr<const ActivePolicy>> Make(
    const EffectivePolicy& policy,
    std::shared_ptr<const PublicCaSet> public_cas = nullptr) {
  return MakeActivePolicy(policy, VchId::Parse(kTestVch).value(),
                          std::move(public_cas), kNow, kNow);
}

std::shared_ptr<const PublicCaSet> PublicSet(const std::string& name) {
  const TempDir directory;
  const std::string file = directory.File("ca.pem");
  WriteFile(file, MakeTestRoot(name).Pem());
  return PublicCaSet::Load(file).value();
}

// The message of the refusal; fails if there is none.
std::string RefusalOf(const EffectivePolicy& policy) {
  const auto made = Make(policy);
  EXPECT_TRUE(absl::IsInvalidArgument(made.status())) << made.status();
  return std::string(made.status().message());
}

TEST(MakeActivePolicyTest, CompilesRulesAndAnchors) {
  const EffectivePolicy policy =
      WithCa(WhitelistPolicy(7, {"a.example"}), MakeTestRoot("CA").Pem());
  const auto made = Make(policy);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->revision, 7);
  EXPECT_EQ((*made)->received, kNow);
  EXPECT_TRUE((*made)->snapshot->has_policy());
  EXPECT_EQ((*made)->bundle->id(), policy.trust_bundle_id());
}

TEST(MakeActivePolicyTest, NoPolicyAtAllDeniesAndNeedsNoAnchors) {
  EffectivePolicy policy;
  policy.set_vch(std::string("vchs/") + kTestVch);
  policy.set_revision(3);
  const auto made = Make(policy);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE((*made)->snapshot->has_policy());
}

TEST(MakeActivePolicyTest, RefusesAnotherVchsPolicy) {
  EffectivePolicy policy = WhitelistPolicy(7, {"a.example"});
  policy.set_vch("vchs/vch-2");
  EXPECT_TRUE(absl::StrContains(RefusalOf(policy), "vchs/vch-2"));
}

TEST(MakeActivePolicyTest, RefusesAPolicyWithoutRevision) {
  RefusalOf(WhitelistPolicy(0, {"a.example"}));
  RefusalOf(WhitelistPolicy(-1, {"a.example"}));
}

TEST(MakeActivePolicyTest, RefusesABadRuleByItsPlace) {
  EXPECT_TRUE(absl::StrContains(
      RefusalOf(WhitelistPolicy(7, {"a.example", "10.0.0.0/"})),
      "whitelist[1]"));
}

TEST(MakeActivePolicyTest, RefusesACaThatDoesNotParse) {
  EffectivePolicy policy =
      WithCa(WhitelistPolicy(7, {"a.example"}), MakeTestRoot("CA").Pem());
  policy.mutable_policy()->mutable_registry_cas(0)->set_pem("no certificate");
  EXPECT_TRUE(absl::StrContains(RefusalOf(policy), "registry_cas[0]"));
}

TEST(MakeActivePolicyTest, RefusesAnchorsThatAreNotThoseOfTheirId) {
  EffectivePolicy policy =
      WithCa(WhitelistPolicy(7, {"a.example"}), MakeTestRoot("CA").Pem());
  policy.mutable_policy()->mutable_registry_cas(0)->set_pem(
      MakeTestRoot("Another CA").Pem());
  EXPECT_TRUE(absl::StrContains(RefusalOf(policy), "trust anchors"));
}

TEST(MakeActivePolicyTest, TheIdCoversWhetherThePublicSetVouches) {
  EffectivePolicy policy = WhitelistPolicy(7, {"a.example"});
  policy.mutable_policy()->set_use_public_cas(true);
  RefusalOf(policy);
}

TEST(WithPublicCasTest, ChangesWhatVerifiesAndNothingElse) {
  EffectivePolicy proto = WhitelistPolicy(7, {"a.example"});
  proto.mutable_policy()->clear_use_public_cas();  // absent means true
  proto.set_trust_bundle_id(TrustBundleId({}, /*use_public_cas=*/true));
  const auto before = Make(proto, PublicSet("One"));
  ASSERT_TRUE(before.ok()) << before.status();
  const auto after = WithPublicCas(**before, PublicSet("Two"), kNow);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after)->revision, 7);
  EXPECT_EQ((*after)->snapshot, (*before)->snapshot);
  EXPECT_EQ((*after)->bundle->id(), (*before)->bundle->id());
  EXPECT_NE((*after)->trust_id, (*before)->trust_id);
}

TEST(WithPublicCasTest, IsNoMatterForAPolicyWithoutThePublicSet) {
  const auto before = Make(WhitelistPolicy(7, {"a.example"}), PublicSet("One"));
  ASSERT_TRUE(before.ok()) << before.status();
  const auto after = WithPublicCas(**before, PublicSet("Two"), kNow);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after)->trust_id, (*before)->trust_id);
}

}  // namespace
}  // namespace pullgate::agent
