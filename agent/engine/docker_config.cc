// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/docker_config.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/engine/engine.h"
#include "agent/engine/engine_notes.h"
#include "agent/engine/setup_script.h"

namespace pullgate::agent {
namespace {

// An address as a block: in Docker's list that is every port of it.
std::string AsBlock(const NamedRegistry& address) {
  if (!absl::StartsWith(address.authority, "[")) {
    return absl::StrCat(address.authority, "/32");
  }
  return absl::StrCat(address.authority.substr(1, address.authority.size() - 2),
                      "/128");
}

void PutCas(const EngineFacts& facts, SetupScript& script) {
  const std::vector<CaGroup> groups = CaGroups(facts);
  if (!groups.empty()) {
    script.Explain(
        "What vouches for registries, beside the public CAs. Read anew for "
        "each pull.");
  }
  for (const CaGroup& group : groups) {
    script.PutForEach(group.registries,
                      {{"/etc/docker/certs.d/$registry/ca.crt", group.pem}});
  }
  ExplainMissingCas(Engine::kDocker, facts, script);
}

// The entries of "insecure-registries".
std::vector<std::string> Insecure(const EngineFacts& facts) {
  std::vector<std::string> entries;
  for (const NamedRegistry& registry : facts.named) {
    if (registry.verified) continue;
    entries.push_back(registry.is_address && registry.every_port
                          ? AsBlock(registry)
                          : registry.authority);
  }
  for (const BroadRule& rule : facts.broad_insecure) {
    if (rule.kind == BroadRule::Kind::kBlock) entries.push_back(rule.text);
  }
  return entries;
}

void ExplainInsecure(const EngineFacts& facts, SetupScript& script) {
  std::vector<std::string> names;
  for (const NamedRegistry& registry : facts.named) {
    if (registry.verified || registry.is_address || !registry.every_port) {
      continue;
    }
    names.push_back(registry.authority);
  }
  if (!names.empty()) {
    script.Explain(
        "Insecure on every port by the policy, but here for images named "
        "without a port: for another, add \"name:port\".");
    script.List(names);
  }
  std::vector<BroadRule> wildcards;
  for (const BroadRule& rule : facts.broad_insecure) {
    if (rule.kind == BroadRule::Kind::kWildcard) wildcards.push_back(rule);
  }
  if (!wildcards.empty()) {
    script.Explain(
        "docker knows no insecure wildcards. Add the registries below these "
        "by name when they are needed:");
    script.List(Listed(wildcards));
  }
}

void PutInsecure(const EngineFacts& facts, SetupScript& script) {
  const std::vector<std::string> entries = Insecure(facts);
  if (!entries.empty()) {
    script.Explain(
        "Registries that need no good certificate. docker takes a block for "
        "names that resolve into it too, and for registries in it that the "
        "policy wants verified; the gate does not, and has verified those at "
        "the address that it connects to.");
    script.PutIfNew(
        "/etc/docker/daemon.json",
        absl::StrCat("{\n  \"insecure-registries\": [\n    \"",
                     absl::StrJoin(entries, "\",\n    \""), "\"\n  ]\n}\n"),
        "docker: take insecure-registries over from $file into "
        "/etc/docker/daemon.json, which is there already");
  }
  ExplainInsecure(facts, script);
}

}  // namespace

std::string DockerConfig(const EngineFacts& facts) {
  SetupScript script = BeginScript(Engine::kDocker, facts);
  PutSystemdDropIn(Engine::kDocker, facts, script);
  script.Explain(
      "\"proxies\" in /etc/docker/daemon.json would win over this: leave them "
      "out.");
  PutCas(facts, script);
  PutInsecure(facts, script);
  return std::move(script).Finish(
      "Now: systemctl daemon-reload && systemctl restart docker");
}

}  // namespace pullgate::agent
