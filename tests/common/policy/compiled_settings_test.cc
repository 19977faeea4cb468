// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/compiled_settings.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/policy/policy_snapshot.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

std::string FindingsOf(const ProcessSettings& settings) {
  std::vector<std::string> texts;
  for (const Finding& finding : CheckSettings(settings)) {
    texts.push_back(absl::StrCat(
        finding.severity == Severity::kError ? "error " : "notice ",
        finding.place, " ", finding.code));
  }
  return absl::StrJoin(texts, ", ");
}

TEST(CompiledSettingsTest, DefaultsAreGood) {
  ProcessSettings settings;
  settings.unpinnable_addresses = DefaultUnpinnableAddresses();
  EXPECT_EQ(FindingsOf(settings), "");
  const CompiledSettings compiled = CompileSettings(settings);
  for (const char* text :
       {"0.0.0.0", "127.0.0.1", "169.254.169.254", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "ff02::1"}) {
    EXPECT_TRUE(compiled.unpinnable.HasAddress(*IpAddress::Parse(text)))
        << text;
  }
  for (const char* text : {"1.0.0.0", "10.2.2.5", "2001:db8::1", "::2"}) {
    EXPECT_FALSE(compiled.unpinnable.HasAddress(*IpAddress::Parse(text)))
        << text;
  }
}

TEST(CompiledSettingsTest, SaysEveryErrorWithItsPlace) {
  ProcessSettings settings;
  settings.protected_registries = {{"harbor.corp.example", {}},
                                   {"*.corp.example", {}},
                                   {"a_b", {}},
                                   {"harbor.example", {"10.1"}}};
  settings.unpinnable_addresses = {"127.0.0.0/8", "localhost", "10.0.0.0/33",
                                   "10.0.0.1:80"};
  EXPECT_EQ(FindingsOf(settings),
            "error protected_registries[1] INVALID_RULE, "
            "error protected_registries[2] INVALID_RULE, "
            "error protected_registries[3] INVALID_ADDRESS, "
            "error unpinnable_addresses[1] INVALID_RULE, "
            "error unpinnable_addresses[2] INVALID_RULE, "
            "error unpinnable_addresses[3] INVALID_RULE");
}

TEST(CompiledSettingsTest, APortOfAProtectedRegistryPlaysNoPart) {
  ProcessSettings settings;
  settings.protected_registries = {{"https://harbor.corp.example:443", {}}};
  EXPECT_EQ(FindingsOf(settings),
            "notice protected_registries[0] PORT_IGNORED");
  EXPECT_TRUE(CompileSettings(settings).protected_registries.CoversName(
      "harbor.corp.example"));
}

TEST(CompiledSettingsTest, WithBadSettingsNothingCompiles) {
  ProcessSettings settings;
  settings.protected_registries = {{"a_b", {}}};
  const CompileResult result = CompilePolicy(PolicyText(), settings);
  EXPECT_EQ(result.snapshot, nullptr);
  EXPECT_EQ(result.findings.back().place, "protected_registries[0]");
}

}  // namespace
}  // namespace pullgate
