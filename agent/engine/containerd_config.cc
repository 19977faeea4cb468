// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/containerd_config.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/engine/engine.h"
#include "agent/engine/engine_notes.h"
#include "agent/engine/setup_script.h"

namespace pullgate::agent {
namespace {

// containerd 1.x reads no file without a table "host", be it empty.
constexpr char kHosts[] = "/etc/containerd/certs.d/$registry/hosts.toml";
constexpr char kCa[] = "/etc/containerd/certs.d/$registry/ca.crt";

void PutCas(const EngineFacts& facts, SetupScript& script) {
  const std::vector<CaGroup> groups = CaGroups(facts);
  if (!groups.empty()) {
    script.Explain(
        "What vouches for registries, beside the public CAs. Read anew for "
        "each pull.");
  }
  for (const CaGroup& group : groups) {
    script.PutForEach(group.registries,
                      {{kHosts,
                        "server = \"https://$registry\"\n"
                        "capabilities = [\"pull\", \"resolve\"]\n"
                        "ca = \"ca.crt\"\n"
                        "[host]\n"},
                       {kCa, group.pem}});
  }
  ExplainMissingCas(Engine::kContainerd, facts, script);
}

// hosts.toml of a registry that goes unverified: HTTPS first, as the gate does,
// then what the policy permits besides.
std::string InsecureHosts(bool https, bool http) {
  const char* const unverified =
      "capabilities = [\"pull\", \"resolve\"]\n"
      "skip_verify = true\n";
  if (!http) {
    return absl::StrCat("server = \"https://$registry\"\n", unverified,
                        "[host]\n");
  }
  if (!https) return "server = \"http://$registry\"\n[host]\n";
  return absl::StrCat("server = \"http://$registry\"\n",
                      "[host.\"https://$registry\"]\n", unverified);
}

void PutInsecure(const EngineFacts& facts, SetupScript& script) {
  struct Way {
    bool https;
    bool http;
  };
  bool explained = false;
  for (const Way way : {Way{true, true}, Way{true, false}, Way{false, true}}) {
    std::vector<std::string> registries;
    for (const NamedRegistry& registry : facts.named) {
      if (!registry.verified && registry.https == way.https &&
          registry.http == way.http) {
        registries.push_back(registry.authority);
      }
    }
    if (registries.empty()) continue;
    if (!explained) {
      script.Explain("Registries that need no good certificate.");
      explained = true;
    }
    script.PutForEach(registries,
                      {{kHosts, InsecureHosts(way.https, way.http)}});
  }
}

void ExplainInsecure(const EngineFacts& facts, SetupScript& script) {
  std::vector<std::string> ports;
  for (const NamedRegistry& registry : facts.named) {
    if (!registry.verified && registry.every_port) {
      ports.push_back(registry.authority);
    }
  }
  if (!ports.empty()) {
    script.Explain(
        "Insecure on every port by the policy, but here for images named "
        "without a port: for another, copy the directory to \"name:port\" and "
        "change the names in it.");
    script.List(ports);
  }
  if (!facts.broad_insecure.empty()) {
    script.Explain(
        "containerd knows neither insecure blocks nor insecure wildcards. Add "
        "directories for the registries that these are needed for:");
    script.List(Listed(facts.broad_insecure));
  }
}

}  // namespace

std::string ContainerdConfig(const EngineFacts& facts) {
  SetupScript script = BeginScript(Engine::kContainerd, facts);
  PutSystemdDropIn(Engine::kContainerd, facts, script);
  script.Explain(
      "The CRI plugin reads /etc/containerd/certs.d if config.toml says so: "
      "config_path = \"/etc/containerd/certs.d\" in the section "
      "[plugins.\"io.containerd.grpc.v1.cri\".registry] (version 2) or "
      "[plugins.\"io.containerd.cri.v1.images\".registry] (version 3). ctr "
      "pulls by itself: give it HTTP_PROXY and HTTPS_PROXY in its "
      "environment, and --hosts-dir /etc/containerd/certs.d.");
  PutCas(facts, script);
  PutInsecure(facts, script);
  ExplainInsecure(facts, script);
  return std::move(script).Finish(
      "Now: systemctl daemon-reload && systemctl restart containerd");
}

}  // namespace pullgate::agent
