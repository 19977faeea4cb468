// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/engine/engine_notes.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/registry/docker_hub.h"

namespace pullgate::agent {
namespace {

constexpr char kHowToLook[] =
    "With \"sh -s -- DIRECTORY\" in place of \"sh\" it writes below that "
    "directory, to look at it first.";

// What of the policy this is about.
std::string PolicyNote(const EngineFacts& facts) {
  if (facts.revision == 0) {
    return "The agent has received no policy yet: run this again when it has, "
           "for CA files and insecure registries.";
  }
  if (!facts.has_policy) {
    return "There is no policy for this VCH: the gate refuses every pull.";
  }
  return absl::StrCat("Of the policy, this is revision ", facts.revision,
                      ": run it again when registries, CAs or insecure "
                      "entries change.");
}

}  // namespace

SetupScript BeginScript(Engine engine, const EngineFacts& facts) {
  const absl::string_view name = EngineName(engine);
  std::vector<std::string> about = {
      absl::StrCat("Puts ", name, " on VCH ", facts.vch, " behind the gate at ",
                   facts.gate, ":"),
      absl::StrCat("  pullgate-agent engine-config ", name, " | sudo sh"),
      kHowToLook, PolicyNote(facts),
      absl::StrCat(
          "Nothing here permits a pull, or refuses one: the gate does, each "
          "time, and says why. ",
          name,
          " has no whitelist, and need not have one. It never sends what it "
          "pulls from localhost or 127.0.0.0/8 through a proxy; "
          "deploy/local/gate.nft closes that way, and every other around the "
          "gate.")};
  if (!facts.use_public_cas) {
    about.push_back(absl::StrCat(
        "By the policy the public CAs do not vouch. ", name,
        " cannot be told so and goes on accepting them; the gate refuses what "
        "nobody else vouches for."));
  }
  return SetupScript(about);
}

std::string GateUrl(const EngineFacts& facts) {
  return absl::StrCat("http://", facts.gate);
}

void PutSystemdDropIn(Engine engine, const EngineFacts& facts,
                      SetupScript& script) {
  const absl::string_view name = EngineName(engine);
  const std::string url = GateUrl(facts);
  script.Explain(
      "Every pull goes through the gate. What else the daemon talks to over "
      "HTTP (log drivers, say) needs a NO_PROXY in a drop-in of a higher "
      "number.");
  script.Put(
      absl::StrCat("/etc/systemd/system/", name, ".service.d/50-pullgate.conf"),
      absl::StrCat("[Service]\n",                             //
                   "Environment=\"HTTP_PROXY=", url, "\"\n",  //
                   "Environment=\"HTTPS_PROXY=", url, "\"\n",
                   "Environment=\"NO_PROXY=\" \"no_proxy=\"\n"));
}

std::vector<CaGroup> CaGroups(const EngineFacts& facts) {
  std::map<std::vector<int>, std::vector<std::string>> by_cas;
  for (const NamedRegistry& registry : facts.named) {
    if (!registry.verified || registry.cas.empty()) continue;
    if (registry.authority == kDockerHubName) continue;
    by_cas[registry.cas].push_back(registry.authority);
  }
  std::vector<CaGroup> groups;
  groups.reserve(by_cas.size());
  for (auto& [cas, registries] : by_cas) {
    CaGroup group{"", std::move(registries)};
    for (const int ca : cas) absl::StrAppend(&group.pem, facts.ca_pems[ca]);
    groups.push_back(std::move(group));
  }
  return groups;
}

void ExplainMissingCas(Engine engine, const EngineFacts& facts,
                       SetupScript& script) {
  std::vector<std::string> ports;
  for (const NamedRegistry& registry : facts.named) {
    if (registry.verified && !registry.cas.empty() && registry.every_port &&
        registry.authority != kDockerHubName) {
      ports.push_back(registry.authority);
    }
  }
  if (!ports.empty()) {
    script.Explain(
        "The policy names these for every port, but a CA file is for one: "
        "those above are for images named without a port. For another, copy "
        "the directory to \"name:port\", or name the port in the policy.");
    script.List(ports);
  }
  if (facts.broad_cas.empty()) return;
  script.Explain(absl::StrCat(
      "CAs of the policy vouch for more registries than are named, and ",
      EngineName(engine),
      " takes CA files for exact names only. Put these CAs into the system's "
      "store (/usr/local/share/ca-certificates, update-ca-certificates), or "
      "name the registries in the policy:"));
  std::vector<std::string> items;
  items.reserve(facts.broad_cas.size());
  for (const BroadCa& ca : facts.broad_cas) {
    items.push_back(absl::StrCat(ca.place, ": ",
                                 ca.scope.empty()
                                     ? "whatever else the policy permits"
                                     : absl::StrJoin(ca.scope, ", ")));
  }
  script.List(items);
}

std::vector<std::string> Listed(const std::vector<BroadRule>& rules) {
  std::vector<std::string> items;
  items.reserve(rules.size());
  for (const BroadRule& rule : rules) {
    items.push_back(absl::StrCat(rule.place, " ", rule.text));
  }
  return items;
}

}  // namespace pullgate::agent
