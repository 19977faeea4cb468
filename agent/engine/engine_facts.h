// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_ENGINE_ENGINE_FACTS_H_
#define PULLGATE_AGENT_ENGINE_ENGINE_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pullgate/sync/v1/effective_policy.pb.h"

namespace pullgate::agent {

// One registry that the policy names exactly, as an engine has to treat it.
struct NamedRegistry {
  // "host[:port]", as it stands in an image's name: IPv6 in brackets, Docker
  // Hub "docker.io".
  std::string authority;
  // Whether its certificate is to be verified; if not, whether HTTPS and HTTP
  // are open to it.
  bool verified = true;
  bool https = true;
  bool http = false;
  // Whether it is an address, and whether a rule covers its every port.
  bool is_address = false;
  bool every_port = false;
  // Positions in the policy's registry_cas that vouch for it.
  std::vector<int> cas;
};

// A rule that covers more than one registry, by its place and canonical text.
struct BroadRule {
  enum class Kind { kWildcard, kBlock };

  Kind kind = Kind::kWildcard;
  std::string place;  // "insecure[2]"
  std::string text;
  bool has_port = false;
};

// A CA entry that vouches for more than the registries named.
struct BroadCa {
  std::string place;  // "registry_cas[0]"
  // Without exact rules. Empty: all that the policy permits.
  std::vector<std::string> scope;
};

// What a container engine has to be told of a policy and of the gate. All text
// is canonical: letters, digits, ".", "-", "*", ":", "/" and brackets, and PEM;
// it can stand in a shell script, TOML or JSON as it is.
struct EngineFacts {
  std::string vch;   // the bare id
  std::string gate;  // "host:port"
  // 0: the agent has received no policy yet.
  int64_t revision = 0;
  bool has_policy = false;
  bool use_public_cas = true;

  // Sorted by authority.
  std::vector<NamedRegistry> named;
  std::vector<BroadRule> broad_insecure;
  std::vector<BroadCa> broad_cas;
  // The certificates of registry_cas[i], PEM, without revocation lists.
  std::vector<std::string> ca_pems;
};

// Works them out of the policy last received, if any. InvalidArgument: the
// policy does not compile.
absl::StatusOr<EngineFacts> EngineFactsOf(
    absl::string_view vch, absl::string_view gate,
    const std::optional<pullgate::sync::v1::EffectivePolicy>& policy);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_ENGINE_ENGINE_FACTS_H_
