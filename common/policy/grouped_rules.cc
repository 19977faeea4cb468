// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/grouped_rules.h"

#include <algorithm>
#include <tuple>

namespace pullgate {
namespace {

// Repeats stand together, the one of the lowest position first.
auto SortKey(const std::pair<uint32_t, IndexedRule>& entry) {
  const IndexedRule& rule = entry.second;
  return std::make_tuple(entry.first, rule.list, rule.cover.Key(),
                         rule.position);
}

}  // namespace

bool IsRepeat(const IndexedRule& a, const IndexedRule& b) {
  // Equal scopes of several CA entries are no repeats: each entry counts.
  return a.list == b.list && a.cover.Key() == b.cover.Key() &&
         (a.list != RuleList::kCaScope || a.position == b.position);
}

GroupedRules::GroupedRules(Entries entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return SortKey(a) < SortKey(b);
  });
  rules_.reserve(entries.size());
  for (const auto& [host, rule] : entries) {
    const bool new_host = begin_.size() == host;
    if (new_host) begin_.push_back(static_cast<uint32_t>(rules_.size()));
    if (!new_host && IsRepeat(rules_.back(), rule)) {
      repeats_.emplace_back(host, rule);
    } else {
      rules_.push_back(rule);
    }
  }
  begin_.push_back(static_cast<uint32_t>(rules_.size()));
  begin_.shrink_to_fit();
  rules_.shrink_to_fit();
  repeats_.shrink_to_fit();
}

}  // namespace pullgate
