// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The files of deploy/config are the manual of the settings: they load, and no
// setting is missing from them.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/config/common_sections.h"
#include "common/config/config_check.h"
#include "common/config/load_config.h"
#include "gtest/gtest.h"
#include "pullgate/config/v1/agent_config.pb.h"
#include "pullgate/config/v1/pdp_config.pb.h"
#include "tests/support/temp_dir.h"

namespace pullgate {
namespace {

constexpr char kPdp[] = "deploy/config/pdp.yaml";
constexpr char kAgent[] = "deploy/config/agent.yaml";

// The keys of a message and of those within it, elements of lists by "[0]".
// What the PDP sets in a policy is no setting.
void CollectKeys(const google::protobuf::Descriptor& type,
                 const std::string& prefix, std::vector<std::string>& keys) {
  static const auto* const not_settings = new std::set<std::string>{
      "default_policy.name", "default_policy.revision",
      "default_policy.update_time", "default_policy.updated_by",
      "default_policy.etag"};
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    const std::string key = absl::StrCat(prefix, field.name());
    if (not_settings->count(key) > 0) continue;
    keys.push_back(key);
    if (field.message_type() == nullptr ||
        absl::StartsWith(field.message_type()->full_name(), "google.") ||
        field.message_type()->name() == "RegistryCa") {
      continue;
    }
    CollectKeys(*field.message_type(),
                absl::StrCat(key, field.is_repeated() ? "[0]." : "."), keys);
  }
}

template <typename Config>
ConfigSource Load(const std::string& path, Config& config) {
  absl::StatusOr<ConfigSource> source = LoadConfigFile(path, config);
  EXPECT_TRUE(source.ok()) << source.status();
  return source.ok() ? *std::move(source) : ConfigSource(path);
}

template <typename Config>
void ExpectEveryKeyIsThere(const std::string& path) {
  Config config;
  const ConfigSource source = Load(path, config);
  std::vector<std::string> keys;
  CollectKeys(*Config::descriptor(), "", keys);
  EXPECT_GT(keys.size(), 20u);
  for (const std::string& key : keys) {
    EXPECT_TRUE(source.Has(key)) << path << " does not explain " << key;
  }
}

// Every key stands under a comment, or under a key that does.
void ExpectEveryTopLevelKeyIsExplained(const std::string& path) {
  std::string before;
  for (const absl::string_view line : absl::StrSplit(ReadFile(path), '\n')) {
    const bool is_key = !line.empty() && line[0] >= 'a' && line[0] <= 'z';
    // The sections that the two processes share explain themselves inside.
    const bool is_section = absl::EndsWith(line, ":");
    if (is_key && !is_section) {
      EXPECT_FALSE(before.empty()) << path << ": no comment above " << line;
    }
    before = std::string(line);
  }
}

template <typename Config>
void ExpectCommonSectionsAreTheDefaults(const std::string& path) {
  Config written;
  const ConfigSource source = Load(path, written);
  Config defaults;
  const ConfigSource nothing("defaults");
  ConfigCheck check(nothing, defaults);
  CheckDns(check, *defaults.mutable_dns());
  CheckLog(check);
  CheckMetrics(check);
  CheckDrainDeadline(check);
  ASSERT_TRUE(check.status().ok()) << check.status();
  EXPECT_EQ(written.dns().DebugString(), defaults.dns().DebugString());
  EXPECT_EQ(written.log().DebugString(), defaults.log().DebugString());
  EXPECT_EQ(written.drain_deadline().DebugString(),
            defaults.drain_deadline().DebugString());
}

TEST(PdpYamlTest, ShowsEverySetting) {
  ExpectEveryKeyIsThere<config::v1::PdpConfig>(kPdp);
}

TEST(PdpYamlTest, ExplainsEverySetting) {
  ExpectEveryTopLevelKeyIsExplained(kPdp);
}

TEST(PdpYamlTest, ShowsTheDefaultsOfTheCommonSections) {
  ExpectCommonSectionsAreTheDefaults<config::v1::PdpConfig>(kPdp);
}

TEST(AgentYamlTest, ShowsEverySetting) {
  ExpectEveryKeyIsThere<config::v1::AgentConfig>(kAgent);
}

TEST(AgentYamlTest, ExplainsEverySetting) {
  ExpectEveryTopLevelKeyIsExplained(kAgent);
}

TEST(AgentYamlTest, ShowsTheDefaultsOfTheCommonSections) {
  ExpectCommonSectionsAreTheDefaults<config::v1::AgentConfig>(kAgent);
}

}  // namespace
}  // namespace pullgate
