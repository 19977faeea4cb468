// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/load_config.h"

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/agent_config.pb.h"
#include "pullgate/config/v1/pdp_config.pb.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

using config::v1::AgentConfig;
using config::v1::PdpConfig;

AgentConfig Load(absl::string_view text) {
  AgentConfig config;
  const absl::StatusOr<ConfigSource> source =
      LoadConfig("agent.yaml", text, config);
  EXPECT_TRUE(source.ok()) << source.status();
  return config;
}

template <typename Config = AgentConfig>
std::string ErrorOf(absl::string_view text) {
  Config config;
  const absl::StatusOr<ConfigSource> source =
      LoadConfig("agent.yaml", text, config);
  EXPECT_EQ(source.status().code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(ReasonOf(source.status()), "BAD_CONFIG");
  return std::string(source.status().message());
}

TEST(LoadConfigTest, ReadsEveryKindOfValue) {
  const AgentConfig config = Load(
      "vch: build-7\n"
      "pdp:\n"
      "  address: 127.0.0.1:8443\n"
      "  call_timeout: 1m30.5s\n"
      "decide_locally: when_pdp_is_away\n"
      "dns:\n"
      "  servers: [192.0.2.1, \"192.0.2.2:53\"]\n"
      "  attempts: 4\n"
      "  rotate: true\n"
      "spool: {max_bytes: 64MiB, durability: power_loss}\n"
      "max_concurrent_pulls: 8\n");
  EXPECT_EQ(config.vch(), "build-7");
  EXPECT_EQ(config.pdp().call_timeout().seconds(), 90);
  EXPECT_EQ(config.pdp().call_timeout().nanos(), 500'000'000);
  EXPECT_EQ(config.decide_locally(),
            config::v1::DECIDE_LOCALLY_WHEN_PDP_IS_AWAY);
  ASSERT_EQ(config.dns().servers_size(), 2);
  EXPECT_EQ(config.dns().servers(1), "192.0.2.2:53");
  EXPECT_EQ(config.dns().attempts(), 4);
  EXPECT_TRUE(config.dns().rotate());
  EXPECT_EQ(config.spool().max_bytes(), 64 << 20);
  EXPECT_EQ(config.spool().durability(),
            config::v1::SpoolConfig::DURABILITY_POWER_LOSS);
  EXPECT_EQ(config.max_concurrent_pulls(), 8);
}

TEST(LoadConfigTest, ReadsListsOfMessagesAndPoliciesWithin) {
  PdpConfig config;
  ASSERT_TRUE(LoadConfig("pdp.yaml",
                         "operators:\n"
                         "  - name: alice\n"
                         "    role: editor\n"
                         "  - {name: bob, role: viewer}\n"
                         "default_policy:\n"
                         "  mode: whitelist\n"
                         "  use_public_cas: false\n"
                         "  registry_cas:\n"
                         "    - pem: |\n"
                         "        -----BEGIN CERTIFICATE-----\n"
                         "        AAAA\n"
                         "      scope: [registry.corp.example]\n",
                         config)
                  .ok());
  ASSERT_EQ(config.operators_size(), 2);
  EXPECT_EQ(config.operators(1).name(), "bob");
  EXPECT_EQ(config.operators(1).role(), config::v1::ROLE_VIEWER);
  EXPECT_TRUE(config.default_policy().has_use_public_cas());
  EXPECT_FALSE(config.default_policy().use_public_cas());
  EXPECT_EQ(config.default_policy().registry_cas(0).pem(),
            "-----BEGIN CERTIFICATE-----\nAAAA\n");
}

TEST(LoadConfigTest, KeyWithoutValueIsLeftOut) {
  const AgentConfig config = Load("vch:\ndns:\npdp: {call_timeout: ~}\n");
  EXPECT_EQ(config.vch(), "");
  EXPECT_FALSE(config.has_dns());
  EXPECT_FALSE(config.pdp().has_call_timeout());
  EXPECT_EQ(Load("").ByteSizeLong(), 0u);
}

TEST(LoadConfigTest, NumbersMayStandWhereTextIsMeant) {
  EXPECT_EQ(Load("vch: 7\n").vch(), "7");
  EXPECT_EQ(Load("vch: true\n").vch(), "true");
}

TEST(LoadConfigTest, ClearsTheMessageFirst) {
  AgentConfig config;
  config.set_socket("/old");
  ASSERT_TRUE(LoadConfig("a", "vch: x\n", config).ok());
  EXPECT_EQ(config.socket(), "");
}

TEST(LoadConfigTest, UnknownKeySaysWhichLineAndWhatWasMeant) {
  EXPECT_EQ(ErrorOf("vch: x\npdp:\n  call_timout: 1s\n"),
            "agent.yaml:3: pdp.call_timout: unknown key; did you mean "
            "\"call_timeout\"?");
  EXPECT_EQ(ErrorOf("tls: {foo: 1}\n"),
            "agent.yaml:1: tls.foo: unknown key; known here: certificate, key, "
            "ca");
  EXPECT_TRUE(absl::StrContains(ErrorOf("<<: {vch: x}\n"), "unknown key"));
}

TEST(LoadConfigTest, RepeatedKeyNamesBothLines) {
  EXPECT_EQ(ErrorOf("vch: x\nsocket: /s\nvch: y\n"),
            "agent.yaml:1: vch: given twice: in line 1 and again in 3");
  EXPECT_TRUE(absl::StrContains(ErrorOf("pdp: {address: a, address: b}\n"),
                                "pdp.address: given twice"));
}

TEST(LoadConfigTest, WrongTypesSayWhatIsExpected) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"pdp: 5\n", "agent.yaml:1: pdp: expected a map with the keys address"},
      {"pdp: [a]\n", "got a list"},
      {"vch: [a]\n", "vch: expected one value, got a list"},
      {"vch: {a: b}\n", "vch: expected one value, got a map"},
      {"dns: {servers: 192.0.2.1}\n",
       "dns.servers: expected a list (lines that begin with \"- \", or [a, "
       "b]); got \"192.0.2.1\""},
      {"dns: {servers: [[a]]}\n",
       "dns.servers[0]: expected one value, got a list"},
      {"dns: {servers: [a, ~]}\n",
       "dns.servers[1]: expected a value, got nothing"},
      {"dns: {attempts: many}\n",
       "dns.attempts: expected a whole number, got \"many\""},
      {"dns: {attempts: 3000000000}\n", "from -2147483648 to 2147483647"},
      {"dns: {rotate: yes}\n", "expected true or false (here: true)"},
      {"pdp: {call_timeout: 10}\n", "expected a duration with its unit"},
      {"pdp: {call_timeout: {seconds: 1}}\n", "expected one value, got a map"},
      {"decide_locally: sometimes\n", "expected one of"},
      {"spool: {max_bytes: 1TB}\n", "a number of bytes such as"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(text), expected)) << text << "\n"
                                                            << ErrorOf(text);
  }
}

TEST(LoadConfigTest, RootMustBeAMap) {
  for (const char* text : {"just text\n", "[a, b]\n", "5\n"}) {
    EXPECT_TRUE(absl::StrContains(ErrorOf(text), "agent.yaml: expected a map"))
        << text;
  }
}

TEST(LoadConfigTest, TextMustBeUtf8) {
  EXPECT_FALSE(ErrorOf("vch: a\xff\n").empty());
}

TEST(LoadConfigTest, TellsAllProblemsInTheOrderOfLines) {
  AgentConfig config;
  const absl::Status status =
      LoadConfig("a.yaml",
                 "vhc: x\n"
                 "dns: {attempts: many, rotate: maybe}\n"
                 "socket: [s]\n",
                 config)
          .status();
  const std::vector<FieldViolation> violations = FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 4u) << status;
  EXPECT_EQ(violations[0].field, "vhc");
  EXPECT_EQ(violations[1].field, "dns.attempts");
  EXPECT_EQ(violations[2].field, "dns.rotate");
  EXPECT_EQ(violations[3].field, "socket");
}

TEST(LoadConfigTest, DoesNotFillTheTerminal) {
  std::string text;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, "key", i, ": 1\n");
  const std::string message = ErrorOf(text);
  EXPECT_TRUE(absl::StrContains(message, "and 4950 more problems"));
  EXPECT_LT(message.size(), 60'000u);
}

TEST(LoadConfigTest, SyntaxErrorStandsAlone) {
  EXPECT_TRUE(absl::StrContains(ErrorOf("vhc: x\nb: [\n"), "agent.yaml: line"));
}

TEST(LoadConfigTest, EscapesKeysOfStrangers) {
  const std::string message = ErrorOf("\"a\\e[31m\\nb\": 1\n");
  EXPECT_FALSE(absl::StrContains(message, "\x1b"));
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(LoadConfigTest, KnowsTheLinesOfKeys) {
  AgentConfig config;
  const absl::StatusOr<ConfigSource> source = LoadConfig(
      "a.yaml", "vch: x\ndns:\n  servers:\n    - a\n    - b\n", config);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->LineOf("vch"), 1);
  EXPECT_EQ(source->LineOf("dns.servers[1]"), 5);
  EXPECT_EQ(source->LineOf("dns.servers[7]"), 3);  // the list
  EXPECT_EQ(source->LineOf("dns.attempts"), 2);    // the section
  EXPECT_EQ(source->LineOf("pdp.address"), 0);
  EXPECT_TRUE(source->Has("dns.servers"));
  EXPECT_FALSE(source->Has("dns.attempts"));
}

TEST(LoadConfigFileTest, SaysWhichFileCannotBeRead) {
  AgentConfig config;
  const absl::Status status =
      LoadConfigFile("/nonexistent/agent.yaml", config).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "/nonexistent/agent.yaml"));
}

TEST(LoadConfigFileTest, RefusesWhatIsNoFileWithoutWaiting) {
  AgentConfig config;
  const TempDir directory;
  EXPECT_EQ(LoadConfigFile(directory.path(), config).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const std::string fifo = directory.File("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(LoadConfigFile(fifo, config).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(LoadConfigFileTest, NamesTheFileInProblems) {
  const TempDir directory;
  const std::string path = directory.File("agent.yaml");
  WriteFile(path, "vch: x\nbogus: 1\n");
  AgentConfig config;
  EXPECT_TRUE(absl::StartsWith(LoadConfigFile(path, config).status().message(),
                               path + ":2: bogus: "));
}

}  // namespace
}  // namespace pullgate
