// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_
#define PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_

#include <memory>
#include <string>
#include <vector>

#include "common/net/ip_address.h"
#include "common/policy/finding.h"
#include "common/registry/registry_address.h"

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

class PolicyIndex;  // the compiled form; private to common/policy

// A compiled policy with the process-wide settings. Immutable; share it through
// shared_ptr<const PolicySnapshot> and swap it whole. Thread-safe.
class PolicySnapshot {
 public:
  PolicySnapshot(const PolicySnapshot&) = delete;
  PolicySnapshot& operator=(const PolicySnapshot&) = delete;
  ~PolicySnapshot();

  // The snapshot of a VCH without any policy: everything is NO_POLICY.
  static std::shared_ptr<const PolicySnapshot> NoPolicy();

  // kWhitelist or kOpen; never kUnspecified, except for NoPolicy().
  PolicyMode mode() const;
  bool has_policy() const;

  // The positions of the CA entries whose scope covers the question, by what
  // was asked and not by evidence. An entry without scope always does.
  std::vector<int> CaEntriesInScope(const RegistryAddress& question) const;

  // Canonical text of the rules, in the order given.
  const PolicyText& canonical() const;

  const PolicyIndex& index() const { return *index_; }

 private:
  friend struct CompileResult;
  friend class PolicyCompiler;
  explicit PolicySnapshot(std::unique_ptr<const PolicyIndex> index);

  const std::unique_ptr<const PolicyIndex> index_;
};

// What compiling found. `snapshot` is null if and only if a finding is an
// error.
struct CompileResult {
  std::shared_ptr<const PolicySnapshot> snapshot;
  std::vector<Finding> findings;
};

// Compiles a policy and says everything worth knowing about it: all errors at
// once, warnings and notices (docs/semantics.md §2), in the order of their
// places. `stored_mode` resolves an unspecified mode. Findings about the CA
// certificates themselves are common/crypto's.
//
// Pure, thread-safe; takes time linear in the number of rules.
CompileResult CompilePolicy(const PolicyText& text,
                            const ProcessSettings& settings,
                            PolicyMode stored_mode = PolicyMode::kUnspecified);

// Checks and canonicalises the process-wide settings alone, for a PDP's
// configuration. Places are "protected_registries[0]" and so on.
std::vector<Finding> CheckSettings(const ProcessSettings& settings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_
