// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/config/config_check.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/config/load_config.h"
#include "common/status/error_info.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/agent_config.pb.h"

namespace pullgate {
namespace {

using config::v1::AgentConfig;

constexpr char kTimeout[] = "pdp.call_timeout";

const DurationRule& TimeoutRule() {
  static const DurationRule rule = {absl::Seconds(2), absl::Milliseconds(10),
                                    absl::Minutes(1)};
  return rule;
}

// A loaded configuration under check.
class ConfigCheckTest : public testing::Test {
 protected:
  ConfigCheck& Load(absl::string_view text) {
    absl::StatusOr<ConfigSource> source =
        LoadConfig("agent.yaml", text, config_);
    EXPECT_TRUE(source.ok()) << source.status();
    source_.emplace(*std::move(source));
    return check_.emplace(*source_, config_);
  }

  std::string Error() const { return std::string(check_->status().message()); }

  AgentConfig config_;
  std::optional<ConfigSource> source_;
  std::optional<ConfigCheck> check_;
};

TEST_F(ConfigCheckTest, FillsInDefaults) {
  ConfigCheck& check = Load("");
  EXPECT_EQ(check.Duration(kTimeout, TimeoutRule()), absl::Seconds(2));
  EXPECT_EQ(check.Int("cache.max_decisions", {10'000, 0, 1'000'000}), 10'000);
  EXPECT_EQ(check.Int("spool.max_bytes", {1 << 20, 0, 1 << 30}), 1 << 20);
  EXPECT_EQ(check.Enum("decide_locally", config::v1::DECIDE_LOCALLY_ALWAYS),
            config::v1::DECIDE_LOCALLY_ALWAYS);
  EXPECT_EQ(check.Text("public_ca_file", "/etc/ca"), "/etc/ca");
  EXPECT_TRUE(check.status().ok());
  EXPECT_EQ(config_.pdp().call_timeout().seconds(), 2);
  EXPECT_EQ(config_.cache().max_decisions(), 10'000);
  EXPECT_EQ(config_.spool().max_bytes(), 1 << 20);
  EXPECT_EQ(config_.decide_locally(), config::v1::DECIDE_LOCALLY_ALWAYS);
  EXPECT_EQ(config_.public_ca_file(), "/etc/ca");
}

TEST_F(ConfigCheckTest, KeepsWhatTheFileSays) {
  ConfigCheck& check = Load(
      "pdp: {call_timeout: 10ms}\n"
      "cache: {max_decisions: 0}\n"
      "decide_locally: never\n");
  EXPECT_EQ(check.Duration(kTimeout, TimeoutRule()), absl::Milliseconds(10));
  EXPECT_EQ(check.Int("cache.max_decisions", {10'000, 0, 1'000'000}), 0);
  EXPECT_EQ(check.Enum("decide_locally", config::v1::DECIDE_LOCALLY_ALWAYS),
            config::v1::DECIDE_LOCALLY_NEVER);
  EXPECT_TRUE(check.status().ok());
}

TEST_F(ConfigCheckTest, RangesNameLineKeyAndBounds) {
  ConfigCheck& check = Load("vch: x\npdp:\n  call_timeout: 3h\n");
  EXPECT_EQ(check.Duration(kTimeout, TimeoutRule()), absl::Seconds(2));
  EXPECT_EQ(Error(),
            "agent.yaml:3: pdp.call_timeout: expected 10ms to 1m, got 3h");
}

TEST_F(ConfigCheckTest, BoundsAreInclusive) {
  for (const char* good : {"10ms", "1m"}) {
    Load(absl::StrCat("pdp: {call_timeout: ", good, "}\n"))
        .Duration(kTimeout, TimeoutRule());
    EXPECT_TRUE(check_->status().ok()) << good;
  }
  for (const char* bad : {"9999us", "0s", "60001ms"}) {
    Load(absl::StrCat("pdp: {call_timeout: ", bad, "}\n"))
        .Duration(kTimeout, TimeoutRule());
    EXPECT_FALSE(check_->status().ok()) << bad;
  }
}

TEST_F(ConfigCheckTest, ZeroThatIsStatedIsNotADefault) {
  ConfigCheck& check = Load("max_concurrent_pulls: 0\n");
  check.Int("max_concurrent_pulls", {256, 1, 10'000});
  EXPECT_EQ(Error(),
            "agent.yaml:1: max_concurrent_pulls: expected 1 to 10000, got 0");
}

TEST_F(ConfigCheckTest, RequiredMeansGivenAndNotEmpty) {
  ConfigCheck& check = Load("socket: \"\"\n");
  check.Required("vch");
  check.Required("socket");
  check.Required("tls.key");
  EXPECT_EQ(Error(),
            "agent.yaml: vch: is required\n"
            "agent.yaml: tls.key: is required\n"
            "agent.yaml:1: socket: must not be empty");
}

TEST_F(ConfigCheckTest, CollectsAllProblems) {
  ConfigCheck& check = Load("vch: \"-\"\npdp: {call_timeout: 3h}\n");
  check.Problem("vch", absl::InvalidArgumentError("no id"));
  check.Problem("socket", absl::OkStatus());
  check.Duration(kTimeout, TimeoutRule());
  EXPECT_EQ(FieldViolationsOf(check.status()).size(), 2u);
  EXPECT_EQ(ReasonOf(check.status()), "BAD_CONFIG");
}

TEST_F(ConfigCheckTest, KeysThatDoNotExistAreMistakesOfTheProgram) {
  const auto is_mistake = [this] {
    return check_->status().code() == absl::StatusCode::kInternal;
  };
  Load("").Duration("pdp.call_timout", TimeoutRule());
  EXPECT_TRUE(is_mistake());
  Load("").Duration("pdp", TimeoutRule());  // a message, but no duration
  EXPECT_TRUE(is_mistake());
  Load("").Text("pdp.call_timeout");
  EXPECT_TRUE(is_mistake());
  Load("").Int("vch", {1, 1, 1});
  EXPECT_TRUE(is_mistake());
  Load("").Text("dns.servers");  // a list
  EXPECT_TRUE(is_mistake());
  Load("").Text("vch.name");
  EXPECT_TRUE(is_mistake());
  Load("").Enum("", 1);
  EXPECT_TRUE(is_mistake());
}

}  // namespace
}  // namespace pullgate
