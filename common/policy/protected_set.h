// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_PROTECTED_SET_H_
#define PULLGATE_COMMON_POLICY_PROTECTED_SET_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"
#include "common/net/ip_prefix.h"
#include "common/policy/decision.h"
#include "common/policy/name_suffixes.h"
#include "common/policy/rule.h"
#include "common/policy/rule_index.h"

namespace pullgate {

// The registries that are reached by verified HTTPS only: those configured, by
// name, address or prefix and by the addresses their names were last seen at,
// and Docker Hub's names always. Ports play no part. Immutable; thread-safe.
class ProtectedSet {
 public:
  // Docker Hub alone.
  ProtectedSet() : ProtectedSet({}, {}) {}

  // `registries[i]` is the host of protected_registries[i]; its port and scheme
  // do not count. `addresses[i]`: where it was last seen.
  ProtectedSet(const std::vector<Rule>& registries,
               const std::vector<std::vector<IpAddress>>& addresses);

  bool CoversName(absl::string_view name) const { return index_.HasName(name); }
  bool CoversName(const NameSuffixes& name) const {
    return index_.HasName(name);
  }
  bool CoversAddress(const IpAddress& address) const {
    return index_.HasAddress(address);
  }

  // Every name and prefix that protects, as rules without ports.
  const RuleIndex& hosts() const { return index_; }

  // Whether one registry protects every address of the prefix.
  bool CoversPrefix(const IpPrefix& prefix) const {
    return FindAround(prefix).has_value();
  }

  // The registry, as configured, that protects the name or address. Docker Hub
  // has, unless it was configured, the position behind the last one.
  std::optional<RuleReference> FindName(absl::string_view name) const;
  std::optional<RuleReference> FindAddress(const IpAddress& address) const;

  // What a rule of an insecure list names outright: the same name, Docker Hub's
  // aliases included, or the same prefix.
  std::optional<RuleReference> FindNamedBy(const Rule& rule) const;
  // What protects every address of the prefix.
  std::optional<RuleReference> FindAround(const IpPrefix& prefix) const;

 private:
  RuleReference ReferenceTo(const RuleHit& hit) const;

  RuleIndex index_;
  std::vector<std::string> hosts_;  // by position
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_PROTECTED_SET_H_
