// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/server/agent_options.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/config/load_config.h"
#include "common/config/print_config.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate::agent {
namespace {

using testing::HasSubstr;

constexpr char kLeast[] =
    "vch: vch-1\n"
    "socket: /run/pullgate/agent.sock\n"
    "pdp: {address: 'pdp.example.org:8443'}\n"
    "tls: {certificate: c.pem, key: k.pem, ca: a.pem}\n"
    "trust_domain: example.org\n"
    "data_directory: /data\n";

absl::StatusOr<AgentOptions> Load(const std::string& text) {
  config::v1::AgentConfig config;
  const auto source = LoadConfig("agent.yaml", text, config);
  if (!source.ok()) return source.status();
  return AgentOptionsFromConfig(*source, config);
}

absl::StatusOr<AgentOptions> LoadWith(const std::string& more) {
  return Load(absl::StrCat(kLeast, more));
}

TEST(AgentOptionsTest, TheLeastFileHasTheDocumentedDefaults) {
  const auto options = LoadWith("");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->vch.text(), "vch-1");
  EXPECT_EQ(options->pdp_server_name, "");
  EXPECT_EQ(options->decider.call_timeout, absl::Seconds(2));
  EXPECT_EQ(options->decider.locally, DecideLocally::kWhenPdpIsAway);
  EXPECT_EQ(options->sync.heartbeat_interval, absl::Seconds(10));
  EXPECT_EQ(options->min_backoff, absl::Milliseconds(200));
  EXPECT_EQ(options->max_backoff, absl::Seconds(30));
  EXPECT_EQ(options->public_ca_file, "/etc/ssl/certs/ca-certificates.crt");
  EXPECT_EQ(options->verifier.connect_limit, absl::Seconds(3));
  EXPECT_EQ(options->verifier.attempt_limit, absl::Seconds(5));
  EXPECT_EQ(options->finder.verify_timeout, absl::Seconds(15));
  EXPECT_EQ(options->finder.dns_timeout, absl::Seconds(2));
  EXPECT_EQ(options->verdict_ttl, absl::Seconds(30));
  EXPECT_EQ(options->max_decisions, 10'000);
  EXPECT_EQ(options->max_verdicts, 10'000);
  EXPECT_EQ(options->spool.max_bytes, 256 * 1024 * 1024);
  EXPECT_EQ(options->spool.durability, Durability::kProcessCrash);
  EXPECT_EQ(options->spool.on_full, SqliteSpool::OnFull::kRefuse);
  EXPECT_TRUE(options->spool.omission.names().empty());
  EXPECT_EQ(options->metrics_listen, "");
  EXPECT_EQ(options->drain_deadline, absl::Seconds(10));
  EXPECT_EQ(options->max_concurrent_pulls, 256);
}

TEST(AgentOptionsTest, ReadsEverythingElse) {
  const auto options = LoadWith(
      "decide_locally: always\n"
      "dns: {off: true, timeout: 1s}\n"
      "public_ca_file: /ca.pem\n"
      "verify: {connect_timeout: 1s, attempt_timeout: 2s, total_timeout: 3s, "
      "verdict_ttl: 0s}\n"
      "cache: {max_decisions: 1, max_verdicts: 2}\n"
      "spool: {max_bytes: 1MiB, durability: power_loss, "
      "on_full: drop_oldest}\n"
      "audit: {omit_fields: [message, asked]}\n"
      "metrics: {listen: '127.0.0.1:9465'}\n"
      "log: {level: debug, file: /log}\n"
      "drain_deadline: 1m\n"
      "max_concurrent_pulls: 7\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->decider.locally, DecideLocally::kAlways);
  EXPECT_TRUE(options->dns.off);
  EXPECT_EQ(options->finder.dns_timeout, absl::Seconds(1));
  EXPECT_EQ(options->public_ca_file, "/ca.pem");
  EXPECT_EQ(options->verifier.connect_limit, absl::Seconds(1));
  EXPECT_EQ(options->finder.verify_timeout, absl::Seconds(3));
  EXPECT_EQ(options->verdict_ttl, absl::ZeroDuration());
  EXPECT_EQ(options->max_decisions, 1);
  EXPECT_EQ(options->max_verdicts, 2);
  EXPECT_EQ(options->spool.max_bytes, 1024 * 1024);
  EXPECT_EQ(options->spool.durability, Durability::kPowerLoss);
  EXPECT_EQ(options->spool.on_full, SqliteSpool::OnFull::kDropOldest);
  EXPECT_EQ(options->spool.omission.names(),
            (std::vector<std::string>{"asked", "message"}));
  EXPECT_EQ(options->metrics_listen, "127.0.0.1:9465");
  EXPECT_EQ(options->log.level, LogLevel::kDebug);
  EXPECT_EQ(options->drain_deadline, absl::Minutes(1));
  EXPECT_EQ(options->max_concurrent_pulls, 7);
  EXPECT_EQ(LoadWith("decide_locally: never\n")->decider.locally,
            DecideLocally::kNever);
}

TEST(AgentOptionsTest, NamesEverythingThatIsMissingAtOnce) {
  const absl::Status status = Load("{}").status();
  for (const char* key :
       {"vch", "socket", "pdp.address", "tls.certificate", "tls.key", "tls.ca",
        "trust_domain", "data_directory"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(key));
  }
}

TEST(AgentOptionsTest, SaysKeyLineAndWhatIsExpected) {
  const struct {
    const char* text;
    const char* said;
  } cases[] = {
      {"decide_locally: sometimes\n", "decide_locally"},
      {"max_concurrent_pulls: 0\n", "max_concurrent_pulls"},
      {"spool: {max_bytes: 1KiB}\n", "spool.max_bytes"},
      {"verify: {verdict_ttl: 1h}\n", "verify.verdict_ttl"},
      {"verify: {verdict_ttl: 30}\n", "verify.verdict_ttl"},
      {"metrics: {listen: nonsense}\n", "metrics.listen"},
      {"dns: {servers: ['not an address']}\n", "dns.servers"},
      {"drain_deadlin: 5s\n", "drain_deadline"},
      {"spool: {on_full: drop_newest}\n", "spool.on_full"},
      {"audit: {omit_fields: [asked, mesage]}\n", "audit.omit_fields[1]"},
      {"audit: {omit_fields: [asked, mesage]}\n", "did you mean \"message\""},
      {"audit: {omit_fields: [effect]}\n", "asked, attempts, certificate"},
  };
  for (const auto& one : cases) {
    const absl::Status status = LoadWith(one.text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << one.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("agent.yaml:7"))
        << one.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(one.said));
  }
}

TEST(AgentOptionsTest, ChecksWhatGoesTogether) {
  const auto with_pdp = [](const std::string& pdp) {
    return Load(absl::StrCat(
        "vch: vch-1\nsocket: /s\npdp: {", pdp,
        "}\ntls: {certificate: c, key: k, ca: a}\ntrust_domain: e\n"
        "data_directory: /d\n"));
  };
  EXPECT_TRUE(with_pdp("address: 'a:1'").ok());
  EXPECT_FALSE(with_pdp("address: 'a'").ok());
  EXPECT_FALSE(with_pdp("address: 'a:0'").ok());
  EXPECT_FALSE(
      with_pdp("address: 'a:1', min_backoff: 1m, max_backoff: 1s").ok());
}

TEST(AgentOptionsTest, RefusesABadVchSocketAndTrustDomain) {
  const std::string text = absl::StrCat(kLeast);
  const auto with = [&text](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return Load(changed).status();
  };
  EXPECT_FALSE(with("vch: vch-1", "vch: 'vchs/vch-1'").ok());
  EXPECT_FALSE(with("vch: vch-1", "vch: ''").ok());
  EXPECT_FALSE(with("/run/pullgate/agent.sock", "agent.sock").ok());
  EXPECT_FALSE(with("trust_domain: example.org", "trust_domain: 'A/B'").ok());
}

TEST(AgentOptionsTest, PrintsTheEffectiveSettings) {
  config::v1::AgentConfig config;
  const auto source = LoadConfig("agent.yaml", kLeast, config);
  ASSERT_TRUE(source.ok());
  ASSERT_TRUE(AgentOptionsFromConfig(*source, config).ok());
  const std::string printed = PrintConfig(config);
  EXPECT_THAT(printed, HasSubstr("decide_locally: when_pdp_is_away"));
  EXPECT_THAT(printed, HasSubstr("max_concurrent_pulls: 256"));
  const auto again = Load(printed);
  EXPECT_TRUE(again.ok()) << again.status();
}

TEST(AgentOptionsTest, TheManualShowsTheDefaults) {
  config::v1::AgentConfig manual;
  const auto source = LoadConfigFile("deploy/config/agent.yaml", manual);
  ASSERT_TRUE(source.ok()) << source.status();
  ASSERT_TRUE(AgentOptionsFromConfig(*source, manual).ok());
  config::v1::AgentConfig least;
  const auto least_source = LoadConfig("agent.yaml", kLeast, least);
  ASSERT_TRUE(AgentOptionsFromConfig(*least_source, least).ok());
  // What is required has no default.
  for (config::v1::AgentConfig* config : {&manual, &least}) {
    config->clear_vch();
    config->clear_socket();
    config->clear_tls();
    config->clear_trust_domain();
    config->clear_data_directory();
    config->mutable_pdp()->clear_address();
  }
  EXPECT_EQ(manual.DebugString(), least.DebugString());
}

TEST(AgentOptionsTest, WithoutAnAddressThereIsNoGate) {
  const auto options = LoadWith("");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_FALSE(options->gate.listen.has_value());
  EXPECT_EQ(options->gate.max_connections, 10'000u);
  EXPECT_EQ(options->gate.max_connections_per_client, 10'000u);
  EXPECT_EQ(options->gate.max_header_bytes, 32u * 1024);
  EXPECT_EQ(options->gate.header_timeout, absl::Seconds(10));
  EXPECT_EQ(options->gate.connect_timeout, absl::Seconds(5));
  EXPECT_EQ(options->gate.idle_timeout, absl::Minutes(5));
}

TEST(AgentOptionsTest, TheGateListensOnLoopbackUnlessToldOtherwise) {
  const auto options = LoadWith("gate: {listen: '3128', idle_timeout: 1h}\n");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->gate.listen->ToString(), "127.0.0.1:3128");
  EXPECT_EQ(options->gate.idle_timeout, absl::Hours(1));
}

TEST(AgentOptionsTest, WhatIsWrongWithTheGateIsSaidWithItsKey) {
  for (const auto& [text, key] :
       {std::pair("gate: {listen: here}\n", "gate.listen"),
        std::pair("gate: {max_header_bytes: 70000}\n", "gate.max_header_bytes"),
        std::pair("gate: {idle_timeout: 0s}\n", "gate.idle_timeout")}) {
    EXPECT_THAT(std::string(LoadWith(text).status().message()), HasSubstr(key));
  }
}

}  // namespace
}  // namespace pullgate::agent
