// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/print_config.h"

#include <google/protobuf/util/message_differencer.h>

#include <string>

#include "common/config/load_config.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/agent_config.pb.h"
#include "pullgate/config/v1/pdp_config.pb.h"

namespace pullgate {
namespace {

using google::protobuf::util::MessageDifferencer;

// Prints, loads and compares.
template <typename Config>
void ExpectRoundTrip(const Config& config) {
  const std::string text = PrintConfig(config);
  Config again;
  const absl::StatusOr<ConfigSource> source =
      LoadConfig("printed", text, again);
  ASSERT_TRUE(source.ok()) << source.status() << "\n" << text;
  EXPECT_TRUE(MessageDifferencer::Equivalent(config, again)) << text;
}

TEST(PrintConfigTest, ShowsEveryKeyOfAnEmptyMessage) {
  EXPECT_EQ(PrintConfig(config::v1::LogConfig()), "level:\nfile: \"\"\n");
  EXPECT_EQ(PrintConfig(config::v1::OperatorRole()), "name: \"\"\nrole:\n");
}

TEST(PrintConfigTest, WritesValuesAsTheyAreRead) {
  config::v1::SpoolConfig spool;
  spool.set_max_bytes(1 << 20);
  spool.set_durability(config::v1::SpoolConfig::DURABILITY_POWER_LOSS);
  spool.set_on_full(config::v1::SpoolConfig::ON_FULL_DROP_OLDEST);
  EXPECT_EQ(PrintConfig(spool),
            "max_bytes: 1048576\n"
            "durability: power_loss\n"
            "on_full: drop_oldest\n");
}

TEST(PrintConfigTest, IndentsListsAndMaps) {
  config::v1::PdpConfig config;
  auto* const alice = config.add_operators();
  alice->set_name("alice");
  alice->set_role(config::v1::ROLE_EDITOR);
  config.add_protected_registries("10.0.0.0/24");
  const std::string text = PrintConfig(config);
  EXPECT_NE(text.find("operators:\n"
                      "  - name: \"alice\"\n"
                      "    role: editor\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("protected_registries:\n  - \"10.0.0.0/24\"\n"),
            std::string::npos);
  EXPECT_NE(text.find("unpinnable_addresses: []\n"), std::string::npos);
}

TEST(PrintConfigTest, LoadsBackWhenEmpty) {
  ExpectRoundTrip(config::v1::AgentConfig());
  ExpectRoundTrip(config::v1::PdpConfig());
}

TEST(PrintConfigTest, LoadsBackWhenFull) {
  config::v1::PdpConfig config;
  config.set_listen("[::]:8443");
  config.set_socket_role(config::v1::ROLE_VIEWER);
  config.mutable_tls()->set_ca("/a b/c.pem");
  config.add_operators()->set_name("a");
  config.add_operators()->set_role(config::v1::ROLE_EDITOR);
  config.set_minimum_revision(int64_t{1} << 60);
  config.mutable_decision_ttl()->set_seconds(90);
  config.mutable_decision_ttl()->set_nanos(1);
  auto& policy = *config.mutable_default_policy();
  policy.set_mode(policy::v1::Policy::MODE_WHITELIST);
  policy.set_use_public_cas(false);
  policy.add_whitelist("*.corp.example");
  auto* const ca = policy.add_registry_cas();
  ca->set_pem("-----BEGIN CERTIFICATE-----\nAAAA\n");
  ca->add_scope("a");
  policy.mutable_update_time()->set_seconds(1'700'000'000);
  config.set_no_unpinnable_addresses(true);
  ExpectRoundTrip(config);
}

TEST(PrintConfigTest, QuotesAnyText) {
  for (const std::string& text :
       {std::string("plain"), std::string("yes"), std::string("~"),
        std::string("5"), std::string("a: b # c"), std::string("- x"),
        std::string("\"quoted\" \\ back"), std::string("tab\tline\nend\r"),
        std::string("häßlich 日本"), std::string("*alias &anchor !tag"),
        std::string("\x01\x1f\x7f"), std::string("{[,]}"), std::string(" ")}) {
    config::v1::OperatorRole role;
    role.set_name(text);
    ExpectRoundTrip(role);
  }
}

}  // namespace
}  // namespace pullgate
