// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/hub_findings.h"

#include <string>
#include <vector>

#include "common/policy/policy_snapshot.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<Finding> FindingsOf(const std::vector<std::string>& whitelist,
                                PolicyMode mode = PolicyMode::kWhitelist) {
  PolicyText text;
  text.mode = mode;
  text.whitelist = whitelist;
  std::vector<Finding> found;
  for (const Finding& finding : CompilePolicy(text, {}).findings) {
    if (finding.code == "HUB_COMPANION_HOSTS") found.push_back(finding);
  }
  return found;
}

TEST(HubFindingsTest, ListsTheHostsThatAPullFromDockerHubNeeds) {
  const auto found = FindingsOf({"a.example", "docker.io"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].severity, Severity::kNotice);
  EXPECT_EQ(found[0].place, "whitelist[1]");
  EXPECT_THAT(found[0].message,
              AllOf(HasSubstr("auth.docker.io"),
                    HasSubstr("production.cloudflare.docker.com")));
}

TEST(HubFindingsTest, SaysWhichOfThemAreMissing) {
  // The wildcard covers docker.io, and auth.docker.io.
  const auto found = FindingsOf({"*.docker.io"});
  ASSERT_EQ(found.size(), 1u);
  const std::string missing =
      found[0].message.substr(found[0].message.find("not permitted: "));
  EXPECT_THAT(missing, AllOf(HasSubstr("production.cloudfront.docker.com"),
                             Not(HasSubstr("auth.docker.io"))));
}

TEST(HubFindingsTest, IsSilentOnceAllAreThere) {
  EXPECT_TRUE(
      FindingsOf({"*.docker.io", "*.docker.com", "*.r2.cloudflarestorage.com"})
          .empty());
}

TEST(HubFindingsTest, IsSilentWithoutDockerHub) {
  EXPECT_TRUE(FindingsOf({"a.example", "docker.io.example"}).empty());
  EXPECT_TRUE(FindingsOf({"docker.io:5000"}).empty());
  EXPECT_TRUE(FindingsOf({}, PolicyMode::kOpen).empty());
}

}  // namespace
}  // namespace pullgate
