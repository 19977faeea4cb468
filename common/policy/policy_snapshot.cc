// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/policy_snapshot.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/policy/endpoint.h"
#include "common/policy/matches.h"
#include "common/policy/policy_index.h"

namespace pullgate {

PolicySnapshot::PolicySnapshot(std::unique_ptr<const PolicyIndex> index)
    : index_(std::move(index)) {}

PolicySnapshot::~PolicySnapshot() = default;

std::shared_ptr<const PolicySnapshot> PolicySnapshot::NoPolicy() {
  return std::shared_ptr<const PolicySnapshot>(
      new PolicySnapshot(std::make_unique<PolicyIndex>()));
}

PolicyMode PolicySnapshot::mode() const { return index_->mode; }

bool PolicySnapshot::has_policy() const { return index_->has_policy; }

std::vector<int> PolicySnapshot::CaEntriesInScope(
    const RegistryAddress& question) const {
  std::vector<int> entries;
  for (size_t i = 0; i < index_->ca_scopes.size(); ++i) {
    if (index_->ca_scopes[i].empty()) entries.push_back(static_cast<int>(i));
  }
  // Certificates count where they are shown.
  const std::optional<Endpoint> https = EndpointOf(question, Scheme::kHttps);
  if (!https.has_value()) return entries;
  VisitDirect(index_->scopes, question, [&](const RuleHit& hit) {
    if (hit.rule->cover.Covers(*https)) {
      entries.push_back(static_cast<int>(hit.rule->position));
    }
  });
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

PolicyText PolicySnapshot::canonical() const {
  PolicyText text;
  text.mode = index_->mode;
  text.insecure_by_evidence = index_->insecure_by_evidence;
  text.ca_scopes = index_->ca_scopes;
  text.whitelist.resize(index_->whitelist_size);
  text.insecure.resize(index_->insecure_size);
  const auto write = [&](const RuleHit& hit) {
    std::vector<std::string>& list =
        hit.rule->list == RuleList::kInsecure ? text.insecure : text.whitelist;
    list[hit.rule->position] = index_->rules.TextOf(hit);
  };
  index_->rules.VisitDistinct(write);
  index_->rules.VisitRepeats(
      [&](const RuleHit& repeat, const RuleHit&) { write(repeat); });
  return text;
}

}  // namespace pullgate
