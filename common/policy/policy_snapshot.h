// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_
#define PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/policy/finding.h"
#include "common/policy/policy_text.h"
#include "common/registry/registry_address.h"

namespace pullgate {

struct PolicyIndex;  // the compiled form; private to common/policy

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

  // Canonical text of the rules, in the order given, with the mode resolved.
  // Written anew by every call, since deciding does not need it.
  PolicyText canonical() const;

  const PolicyIndex& index() const { return *index_; }

 private:
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

// Where a policy comes from.
enum class PolicyOrigin {
  // Somebody wants to store it: everything worth knowing is found.
  kSubmitted,
  // It was accepted before. Only errors are found, and that it names a registry
  // which is protected by now is none: protection wins when deciding.
  kStored,
};

// The most rules that all lists of a policy have together.
inline constexpr size_t kMaxRules = 1000000;

// Compiles a policy and says everything worth knowing about it: all errors at
// once, warnings and notices (docs/semantics.md §2), in the order of their
// places. Of each severity the first kMaxFindings are said, then how many more
// there are. `stored_mode` resolves an unspecified mode. Findings about the CA
// certificates themselves are common/crypto's.
//
// Pure, thread-safe; takes time about linear in the number of rules.
CompileResult CompilePolicy(const PolicyText& text,
                            const ProcessSettings& settings,
                            PolicyMode stored_mode = PolicyMode::kUnspecified,
                            PolicyOrigin origin = PolicyOrigin::kSubmitted);

// Checks and canonicalises the process-wide settings alone, for a PDP's
// configuration. Places are "protected_registries[0]" and so on.
std::vector<Finding> CheckSettings(const ProcessSettings& settings);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_POLICY_SNAPSHOT_H_
