// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/containers_config.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agent/engine/engine.h"
#include "agent/engine/engine_notes.h"
#include "agent/engine/setup_script.h"

namespace pullgate::agent {
namespace {

void PutCas(Engine engine, const EngineFacts& facts, SetupScript& script) {
  const std::vector<CaGroup> groups = CaGroups(facts);
  if (!groups.empty()) {
    script.Explain("What vouches for registries, beside the public CAs.");
  }
  for (const CaGroup& group : groups) {
    script.PutForEach(
        group.registries,
        {{"/etc/containers/certs.d/$registry/ca.crt", group.pem}});
  }
  ExplainMissingCas(engine, facts, script);
}

// registries.conf(5) has wildcards without a port.
bool Expressible(const BroadRule& rule) {
  return rule.kind == BroadRule::Kind::kWildcard && !rule.has_port;
}

bool Covers(const BroadRule& wildcard, absl::string_view authority) {
  const absl::string_view host = authority.substr(0, authority.rfind(':'));
  return Expressible(wildcard) &&
         absl::EndsWith(host, absl::string_view(wildcard.text).substr(1));
}

// `key`: "prefix" for a wildcard; an exact name has to be a "location".
std::string Table(absl::string_view key, absl::string_view registry,
                  bool insecure) {
  return absl::StrCat("\n[[registry]]\n", key, " = \"", registry,
                      "\"\ninsecure = ", insecure ? "true" : "false", "\n");
}

std::string InsecureTables(const EngineFacts& facts) {
  std::string tables;
  for (const BroadRule& rule : facts.broad_insecure) {
    if (Expressible(rule))
      absl::StrAppend(&tables, Table("prefix", rule.text, true));
  }
  for (const NamedRegistry& registry : facts.named) {
    const bool covered =
        std::any_of(facts.broad_insecure.begin(), facts.broad_insecure.end(),
                    [&registry](const BroadRule& rule) {
                      return Covers(rule, registry.authority);
                    });
    // The longest prefix wins: one that is verified stands out of a wildcard.
    if (registry.verified && !covered) continue;
    absl::StrAppend(&tables,
                    Table("location", registry.authority, !registry.verified));
  }
  return tables;
}

void PutInsecure(Engine engine, const EngineFacts& facts, SetupScript& script) {
  const std::string tables = InsecureTables(facts);
  if (!tables.empty()) {
    script.Explain(absl::StrCat(
        "Registries that need no good certificate. ", EngineName(engine),
        " takes an entry without a port for any port, which its authors do "
        "not promise; the gate goes by the policy's ports."));
    script.Put("/etc/containers/registries.conf.d/50-pullgate.conf",
               absl::StrCat("# insecure = true: plain HTTP too, and "
                            "certificates of anybody.\n",
                            tables));
  }
  std::vector<BroadRule> others;
  for (const BroadRule& rule : facts.broad_insecure) {
    if (!Expressible(rule)) others.push_back(rule);
  }
  if (others.empty()) return;
  script.Explain(absl::StrCat(
      EngineName(engine),
      " knows neither insecure blocks nor wildcards with a port. Add a "
      "[[registry]] for the registries that these are needed for, or pull "
      "from them with --tls-verify=false:"));
  script.List(Listed(others));
}

}  // namespace

std::string PodmanConfig(const EngineFacts& facts) {
  const std::string url = GateUrl(facts);
  SetupScript script = BeginScript(Engine::kPodman, facts);
  script.Explain(
      "Every pull goes through the gate; containers are not told of it. "
      "buildah reads the same files.");
  script.Put("/etc/containers/containers.conf.d/50-pullgate.conf",
             absl::StrCat("[engine]\nenv = [\n  \"HTTP_PROXY=", url,
                          "\",\n  \"HTTPS_PROXY=", url,
                          "\",\n  \"NO_PROXY=\",\n  \"no_proxy=\",\n]\n\n"
                          "[containers]\nhttp_proxy = false\n"));
  PutCas(Engine::kPodman, facts, script);
  PutInsecure(Engine::kPodman, facts, script);
  return std::move(script).Finish(
      "podman is behind the gate from its next start on; restart "
      "podman.service if it runs.");
}

std::string SkopeoConfig(const EngineFacts& facts) {
  const std::string url = GateUrl(facts);
  SetupScript script = BeginScript(Engine::kSkopeo, facts);
  script.Explain(
      "skopeo takes its proxy from the environment and from nowhere else: "
      "read this file into the shell, or name it in EnvironmentFile= of a "
      "unit.");
  script.Put("/etc/containers/pullgate.env",
             absl::StrCat("HTTP_PROXY=", url, "\nHTTPS_PROXY=", url,
                          "\nNO_PROXY=\nno_proxy=\n"));
  PutCas(Engine::kSkopeo, facts, script);
  PutInsecure(Engine::kSkopeo, facts, script);
  return std::move(script).Finish(
      "Now, in each shell: set -a; . /etc/containers/pullgate.env; set +a");
}

}  // namespace pullgate::agent
