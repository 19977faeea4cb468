// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/engine_config.h"

#include <google/protobuf/util/json_util.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/engine/engine.h"
#include "agent/engine/engine_facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pullgate/sync/v1/effective_policy.pb.h"
#include "tests/support/temp_dir.h"

namespace pullgate::agent {
namespace {

using ::pullgate::sync::v1::EffectivePolicy;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGate[] = "127.0.0.1:3128";

std::string TestData(const std::string& name) {
  return absl::StrCat("tests/testdata/engine_config/", name);
}

EffectivePolicy Parsed(const std::string& json) {
  EffectivePolicy policy;
  const auto status =
      google::protobuf::util::JsonStringToMessage(json, &policy);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return policy;
}

EffectivePolicy PolicyNamed(const std::string& name) {
  return Parsed(ReadFile(TestData(name + ".json")));
}

EngineFacts Facts(const std::optional<EffectivePolicy>& policy) {
  return EngineFactsOf("build-7", kGate, policy).value();
}

const NamedRegistry* Find(const EngineFacts& facts,
                          const std::string& authority) {
  for (const NamedRegistry& registry : facts.named) {
    if (registry.authority == authority) return &registry;
  }
  return nullptr;
}

EffectivePolicy Whitelist(const std::vector<std::string>& whitelist,
                          const std::vector<std::string>& insecure = {}) {
  EffectivePolicy policy;
  policy.set_vch("vchs/build-7");
  policy.set_revision(1);
  policy.mutable_policy()->set_mode(policy::v1::Policy::MODE_WHITELIST);
  for (const auto& rule : whitelist) {
    policy.mutable_policy()->add_whitelist(rule);
  }
  for (const auto& rule : insecure) {
    policy.mutable_policy()->add_insecure(rule);
  }
  return policy;
}

// The whole output for a policy and an engine. With UPDATE_GOLDEN set to the
// folder of the files, writes them anew instead.
class Golden
    : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Golden, IsPrintedAsWrittenDown) {
  const auto [name, engine] = GetParam();
  std::optional<EffectivePolicy> policy;
  if (std::string(name) != "nothing_received") policy = PolicyNamed(name);
  const std::string script =
      EngineConfig(ParseEngine(engine).value(), Facts(policy));
  const std::string file = absl::StrCat(name, ".", engine, ".sh");
  if (const char* folder = std::getenv("UPDATE_GOLDEN"); folder != nullptr) {
    WriteFile(absl::StrCat(folder, "/", file), script);
    return;
  }
  EXPECT_EQ(script, ReadFile(TestData(file)));
}

INSTANTIATE_TEST_SUITE_P(
    EveryEngine, Golden,
    ::testing::Combine(::testing::Values("everything", "plain", "open",
                                         "no_policy", "nothing_received"),
                       ::testing::Values("docker", "containerd", "podman",
                                         "skopeo")));

TEST(EngineTest, OthersAreRefusedWithThoseThatThereAre) {
  for (const char* name : {"", "Docker", "cri-o", "docker "}) {
    const auto engine = ParseEngine(name);
    ASSERT_FALSE(engine.ok()) << name;
    EXPECT_THAT(std::string(engine.status().message()),
                HasSubstr("docker, containerd, podman and skopeo"));
  }
}

TEST(EngineFactsTest, APolicyThatDoesNotCompileIsAnError) {
  const auto facts = EngineFactsOf(
      "build-7", kGate, Whitelist({"a.example\nput /etc/passwd </dev/null"}));
  EXPECT_EQ(facts.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(EngineFactsTest, TextBesideCertificatesIsLeftOut) {
  EffectivePolicy policy = PolicyNamed("everything");
  for (auto& ca : *policy.mutable_policy()->mutable_registry_cas()) {
    ca.set_pem(absl::StrCat("END_OF_FILE\nrm -r $HOME `id`\n", ca.pem(),
                            "\nEND_OF_FILE\ntouch /evil\n"));
  }
  EXPECT_EQ(Facts(policy).ca_pems, Facts(PolicyNamed("everything")).ca_pems);
}

TEST(EngineFactsTest, WhatOnlyAScopeNamesCountsIfItIsPermitted) {
  EffectivePolicy policy = Whitelist({"*.example.com"});
  auto& ca = *policy.mutable_policy()->add_registry_cas();
  ca = PolicyNamed("open").policy().registry_cas(0);
  ca.add_scope("in.example.com");
  ca.add_scope("out.example.org");
  const EngineFacts facts = Facts(policy);
  ASSERT_NE(Find(facts, "in.example.com"), nullptr);
  EXPECT_THAT(Find(facts, "in.example.com")->cas, ::testing::ElementsAre(0));
  EXPECT_EQ(Find(facts, "out.example.org"), nullptr);
}

TEST(EngineFactsTest, AnInsecureRuleThatIsBeatenIsVerified) {
  const EngineFacts facts =
      Facts(Whitelist({"safe.lab.example"}, {"*.lab.example"}));
  ASSERT_NE(Find(facts, "safe.lab.example"), nullptr);
  EXPECT_TRUE(Find(facts, "safe.lab.example")->verified);
}

TEST(EngineFactsTest, ProtectionWinsOverAnInsecureRule) {
  EffectivePolicy policy = Whitelist({}, {"10.2.40.0/24"});
  policy.mutable_policy()->add_whitelist("10.2.40.40");
  policy.add_protected_registries()->set_host("10.2.40.40");
  ASSERT_NE(Find(Facts(policy), "10.2.40.40"), nullptr);
  EXPECT_TRUE(Find(Facts(policy), "10.2.40.40")->verified);
}

TEST(EngineFactsTest, SchemesOfInsecureRulesDecideWhatIsOpen) {
  const EngineFacts facts =
      Facts(Whitelist({}, {"https://tls.example", "http://both.example",
                           "any.example:5000", "plain.example:80"}));
  EXPECT_TRUE(Find(facts, "tls.example")->https);
  EXPECT_FALSE(Find(facts, "tls.example")->http);
  EXPECT_TRUE(Find(facts, "both.example")->https);
  EXPECT_TRUE(Find(facts, "both.example")->http);
  EXPECT_TRUE(Find(facts, "any.example:5000")->http);
  // Port 80 is HTTP's own, so nobody has to write it.
  EXPECT_FALSE(Find(facts, "plain.example")->https);
  EXPECT_TRUE(Find(facts, "plain.example")->http);
}

TEST(EngineConfigTest, ThousandWildcardsAreCountedNotListed) {
  std::vector<std::string> wildcards;
  for (int i = 0; i < 1000; ++i) {
    wildcards.push_back(absl::StrCat("*.d", i, ".example"));
  }
  const std::string script =
      EngineConfig(Engine::kDocker, Facts(Whitelist({}, wildcards)));
  EXPECT_THAT(script, HasSubstr("#   insecure[19] *.d19.example\n"));
  EXPECT_THAT(script, HasSubstr("#   and 980 more\n"));
  EXPECT_THAT(script, Not(HasSubstr("d20.example")));
}

}  // namespace
}  // namespace pullgate::agent
