// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/protected_set.h"

#include <algorithm>
#include <utility>

#include "common/registry/docker_hub.h"

namespace pullgate {
namespace {

Rule HostOnly(const Rule& rule) {
  if (rule.prefix() != nullptr) {
    return Rule::Prefix(*rule.prefix(), std::nullopt, std::nullopt);
  }
  return Rule::Name(*DnsName::Parse(rule.name()), std::nullopt, std::nullopt);
}

Rule DockerHubRule(absl::string_view name) {
  return Rule::Name(*DnsName::Parse(name), std::nullopt, std::nullopt);
}

// Remembers the first rule met.
class FirstHit {
 public:
  void operator()(const RuleHit& hit) {
    if (!hit_.has_value()) hit_ = hit;
  }
  const std::optional<RuleHit>& hit() const { return hit_; }

 private:
  std::optional<RuleHit> hit_;
};

}  // namespace

ProtectedSet::ProtectedSet(
    const std::vector<Rule>& registries,
    const std::vector<std::vector<IpAddress>>& addresses) {
  RuleIndex::Builder builder;
  uint32_t position = 0;
  for (const Rule& registry : registries) {
    const Rule host = HostOnly(registry);
    builder.Add(host, RuleList::kProtected, position);
    hosts_.push_back(host.ToString());
    for (const IpAddress& address : addresses[position]) {
      builder.Add(Rule::Prefix(IpPrefix(address), std::nullopt, std::nullopt),
                  RuleList::kProtected, position);
    }
    ++position;
  }
  for (const absl::string_view name : kDockerHubNames) {
    builder.Add(DockerHubRule(name), RuleList::kProtected, position);
  }
  hosts_.push_back(std::string(kDockerHubName));
  index_ = std::move(builder).Build();
}

std::optional<RuleReference> ProtectedSet::FindName(
    absl::string_view name) const {
  FirstHit first;
  index_.VisitName(name, first);
  if (!first.hit().has_value()) return std::nullopt;
  return ReferenceTo(*first.hit());
}

std::optional<RuleReference> ProtectedSet::FindAddress(
    const IpAddress& address) const {
  FirstHit first;
  index_.VisitAddress(address, first);
  if (!first.hit().has_value()) return std::nullopt;
  return ReferenceTo(*first.hit());
}

std::optional<RuleReference> ProtectedSet::FindNamedBy(const Rule& rule) const {
  if (rule.kind() == Rule::Kind::kName) return FindName(rule.name());
  if (rule.kind() == Rule::Kind::kWildcard) return std::nullopt;
  std::optional<RuleReference> found;
  index_.VisitAddress(rule.prefix()->base(), [&](const RuleHit& hit) {
    if (found.has_value() || index_.PrefixOf(hit) != *rule.prefix()) return;
    found = ReferenceTo(hit);
  });
  return found;
}

std::optional<RuleReference> ProtectedSet::FindAround(
    const IpPrefix& prefix) const {
  std::optional<RuleReference> found;
  index_.VisitAddress(prefix.base(), [&](const RuleHit& hit) {
    if (found.has_value() || !index_.PrefixOf(hit).Contains(prefix)) return;
    found = ReferenceTo(hit);
  });
  return found;
}

RuleReference ProtectedSet::ReferenceTo(const RuleHit& hit) const {
  return {RuleList::kProtected, hit.rule->position, hosts_[hit.rule->position]};
}

}  // namespace pullgate
