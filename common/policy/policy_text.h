// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_POLICY_TEXT_H_
#define PULLGATE_COMMON_POLICY_POLICY_TEXT_H_

#include <string>
#include <vector>

namespace pullgate {

enum class PolicyMode { kUnspecified, kWhitelist, kOpen };

// A policy as text, as it came in or was stored. CA certificates are elsewhere
// (common/crypto); here only their scopes count.
struct PolicyText {
  PolicyMode mode = PolicyMode::kUnspecified;
  std::vector<std::string> whitelist;
  std::vector<std::string> insecure;
  bool insecure_by_evidence = false;
  // One list of rules for each CA entry.
  std::vector<std::vector<std::string>> ca_scopes;
};

// A protected registry: a name, address or prefix, and for a name the addresses
// last seen.
struct ProtectedRegistryText {
  std::string host;
  std::vector<std::string> addresses;
};

// What holds for every VCH of a PDP.
struct ProcessSettings {
  // Docker Hub is protected whether listed or not.
  std::vector<ProtectedRegistryText> protected_registries;
  // Prefixes. DefaultUnpinnableAddresses() unless configured.
  std::vector<std::string> unpinnable_addresses;
};

// docs/semantics.md §4.
std::vector<std::string> DefaultUnpinnableAddresses();

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_POLICY_TEXT_H_
