// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/hub_findings.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/policy/matches.h"
#include "common/registry/docker_hub.h"

namespace pullgate {
namespace {

// Tokens, then blobs, as Docker's list of domains to allow for pulls had them
// in 2025.
constexpr std::array<absl::string_view, 4> kCompanions = {
    "auth.docker.io", "production.cloudflare.docker.com",
    "production.cloudfront.docker.com",
    "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2."
    "cloudflarestorage.com"};

// By name, over HTTPS.
Match PermittedBy(const RuleIndex& rules, absl::string_view name) {
  const RegistryAddress question(std::nullopt, *DnsName::Parse(name),
                                 std::nullopt);
  return DirectMatches(rules, question).At(Scheme::kHttps).whitelist;
}

}  // namespace

void FindHubCompanions(const RuleIndex& rules, FindingList& findings) {
  const Match hub = PermittedBy(rules, kDockerHubName);
  if (!hub) return;
  std::vector<absl::string_view> missing;
  for (const absl::string_view name : kCompanions) {
    if (!PermittedBy(rules, name)) missing.push_back(name);
  }
  if (missing.empty()) return;
  findings.Notice(
      {FindingPlace::List::kWhitelist, hub.hit.rule->position},
      "HUB_COMPANION_HOSTS",
      absl::StrCat("Docker Hub is permitted, and a pull through a gate also "
                   "needs its hosts for tokens and blobs (",
                   absl::StrJoin(kCompanions, ", "),
                   "); not permitted: ", absl::StrJoin(missing, ", ")));
}

}  // namespace pullgate
