// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/pdp_options.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/config/load_config.h"
#include "common/config/print_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::pdp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLeast[] =
    "listen: 127.0.0.1:0\n"
    "tls: {certificate: c.pem, key: k.pem, ca: a.pem}\n"
    "trust_domain: example.org\n"
    "data_directory: /data\n";

absl::StatusOr<PdpOptions> Load(const std::string& text) {
  pullgate::config::v1::PdpConfig config;
  const auto source = LoadConfig("pdp.yaml", text, config);
  if (!source.ok()) return source.status();
  return PdpOptionsFromConfig(*source, std::move(config),
                              absl::FromUnixSeconds(1'700'000'000));
}

absl::StatusOr<PdpOptions> LoadWith(const std::string& more) {
  return Load(absl::StrCat(kLeast, more));
}

TEST(PdpOptionsTest, TheLeastFileHasTheDocumentedDefaults) {
  const auto options = LoadWith("");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->socket, "");
  EXPECT_EQ(options->socket_role, Role::kNone);
  EXPECT_EQ(options->protected_refresh, absl::Minutes(1));
  EXPECT_EQ(options->default_lease, absl::Minutes(15));
  EXPECT_EQ(options->decision_ttl, absl::Minutes(5));
  EXPECT_EQ(options->drain_deadline, absl::Seconds(10));
  EXPECT_EQ(options->max_concurrent_checks, 1000);
  EXPECT_EQ(options->max_sync_streams_per_vch, 4);
  EXPECT_EQ(options->max_tail_streams, 64);
  EXPECT_EQ(options->max_request_bytes, 64 << 20);
  EXPECT_THAT(options->settings.unpinnable_addresses,
              ::testing::SizeIs(DefaultUnpinnableAddresses().size()));
  EXPECT_FALSE(options->default_policy.has_value());
}

TEST(PdpOptionsTest, ReadsEverythingElse) {
  const auto options = LoadWith(
      "socket: /run/pdp/pdp.sock\n"
      "socket_role: viewer\n"
      "operators: [{name: alice, role: editor}, {name: bob, role: viewer}]\n"
      "minimum_revision: 7\n"
      "protected_registries: [Harbor.Example., 10.2.40.40, 10.2.41.0/24]\n"
      "default_policy: {mode: whitelist, whitelist: [10.0.0.1/24]}\n"
      "log: {level: debug}\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->socket_role, Role::kViewer);
  EXPECT_EQ(options->operators.at("alice"), Role::kEditor);
  EXPECT_EQ(options->operators.at("bob"), Role::kViewer);
  EXPECT_EQ(options->minimum_revision, 7);
  EXPECT_EQ(options->settings.protected_registries.at(0).host,
            "harbor.example");
  EXPECT_THAT(options->default_policy->whitelist(), ElementsAre("10.0.0.0/24"));
  EXPECT_FALSE(options->default_policy_findings.empty());
  EXPECT_EQ(options->log.level, LogLevel::kDebug);
}

TEST(PdpOptionsTest, TheManualStatesTheDefaults) {
  auto manual =
      LoadPdpOptions("deploy/config/pdp.yaml", absl::FromUnixSeconds(0));
  ASSERT_TRUE(manual.ok()) << manual.status();
  auto least = LoadWith("");
  ASSERT_TRUE(least.ok());
  EXPECT_EQ(manual->settings.unpinnable_addresses,
            least->settings.unpinnable_addresses);
  // What has no default is an example there.
  for (auto* config : {&manual->effective, &least->effective}) {
    config->clear_listen();
    config->clear_tls();
    config->clear_trust_domain();
    config->clear_data_directory();
    config->clear_operators();
    config->clear_default_policy();
    config->clear_unpinnable_addresses();
  }
  EXPECT_EQ(PrintConfig(manual->effective), PrintConfig(least->effective));
}

TEST(PdpOptionsTest, TheUnpinnableListCanBeReplacedOrLifted) {
  EXPECT_THAT(LoadWith("unpinnable_addresses: [10.0.0.0/8]\n")
                  ->settings.unpinnable_addresses,
              ElementsAre("10.0.0.0/8"));
  EXPECT_THAT(LoadWith("no_unpinnable_addresses: true\n")
                  ->settings.unpinnable_addresses,
              IsEmpty());
}

TEST(PdpOptionsTest, NamesKeyAndLineOfEveryProblem) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"listen: nowhere", "pdp.yaml:5: listen"},
      {"socket: pdp.sock", "socket: expected an absolute path"},
      {"operators: [{name: alice}]", "operators[0].role: expected viewer"},
      {"operators: [{role: viewer}]", "operators[0].name: expected"},
      {"operators: [{name: a, role: viewer}, {name: a, role: editor}]",
       "operators[1].name: \"a\" is listed twice"},
      {"minimum_revision: -1", "minimum_revision"},
      {"protected_registries: [harbor.example, 'a b']",
       "protected_registries[1]"},
      {"protected_refresh: 1s", "protected_refresh"},
      {"unpinnable_addresses: [10.0.0.0/33]", "unpinnable_addresses[0]"},
      {"protected_registries: [10.2.2.1/2]", "protected_registries[0]"},
      {"unpinnable_addresses: [10.0.0.0/8]\nno_unpinnable_addresses: true",
       "no_unpinnable_addresses: is set"},
      {"default_policy: {whitelist: [a.example]}", "default_policy.mode"},
      {"default_policy: {mode: whitelist, whitelist: ['*']}",
       "default_policy.whitelist[0]"},
      {"default_policy: {mode: open, insecure: [docker.io]}",
       "default_policy.insecure[0]"},
      {"default_lease: 9s", "default_lease"},
      {"default_lease: 169h", "default_lease"},
      {"decision_ttl: 0s", "decision_ttl"},
      {"dns: {servers: [nonsense]}", "dns.servers[0]"},
      {"metrics: {listen: nowhere}", "metrics.listen"},
      {"drain_deadline: 1h", "drain_deadline"},
      {"limits: {max_concurrent_checks: 0}", "limits.max_concurrent_checks"},
      {"limits: {max_request_bytes: 1}", "limits.max_request_bytes"},
      {"listne: x", "listne"},
      {"trust_domain: Example.org", "trust_domain"},
  };
  for (const auto& [text, message] : wrong) {
    std::string file = kLeast;
    const std::string key = text.substr(0, text.find(':'));
    // A key that is there already is replaced: a repeated one is an error too.
    const size_t there = file.find(key + ":");
    if (there == 0 || (there != std::string::npos && file[there - 1] == '\n')) {
      file.erase(there, file.find('\n', there) + 1 - there);
      file = absl::StrCat("#\n", file);
    }
    const auto options = Load(absl::StrCat(file, text, "\n"));
    EXPECT_EQ(options.status().code(), absl::StatusCode::kInvalidArgument)
        << text;
    EXPECT_THAT(std::string(options.status().message()), HasSubstr(message));
  }
}

TEST(PdpOptionsTest, SaysAllThatIsMissingAtOnce) {
  const auto options = Load("socket: /s\n");
  for (const std::string key : {"listen", "tls.certificate", "tls.key",
                                "tls.ca", "trust_domain", "data_directory"}) {
    EXPECT_THAT(std::string(options.status().message()), HasSubstr(key));
  }
}

TEST(PdpOptionsTest, EffectiveSettingsReadBackToThemselves) {
  const auto options = LoadWith("protected_registries: [harbor.example]\n");
  ASSERT_TRUE(options.ok());
  const std::string printed = PrintConfig(options->effective);
  const auto again = Load(printed);
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << printed;
  EXPECT_EQ(PrintConfig(again->effective), printed);
}

TEST(KeysThatNeedRestartTest, AreThoseThatAreBuiltIn) {
  const PdpOptions running = *LoadWith("");
  EXPECT_THAT(KeysThatNeedRestart(running, running), IsEmpty());
  const auto changed = LoadWith(
      "socket: /s\n"
      "operators: [{name: alice, role: editor}]\n"
      "protected_registries: [harbor.example]\n"
      "default_policy: {mode: open}\n"
      "default_lease: 1m\n"
      "decision_ttl: 1m\n"
      "limits: {max_tail_streams: 1}\n"
      "log: {level: debug}\n");
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_THAT(KeysThatNeedRestart(running, *changed),
              ElementsAre("socket", "decision_ttl", "limits"));
  EXPECT_THAT(KeysThatNeedRestart(running, *LoadWith("log: {file: /l}\n")),
              ElementsAre("log"));
}

}  // namespace
}  // namespace pullgate::pdp
