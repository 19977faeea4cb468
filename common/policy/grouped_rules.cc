// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/grouped_rules.h"

#include <algorithm>
#include <tuple>
#include <utility>

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

GroupedRules::GroupedRules(const Entries& entries) {
  first_.reserve(entries.size());
  Entries shared;  // all rules of each host that has more than one
  for (const auto& [host, rule] : entries) {
    if (host == first_.size()) {
      first_.push_back(rule);
    } else {
      shared.emplace_back(host, rule);
    }
  }
  first_.shrink_to_fit();
  if (!shared.empty()) AddShared(std::move(shared));
}

void GroupedRules::AddShared(Entries shared) {
  std::vector<bool> has_first(first_.size());
  for (size_t i = 0, size = shared.size(); i < size; ++i) {
    const uint32_t host = shared[i].first;
    if (!has_first[host]) shared.emplace_back(host, first_[host]);
    has_first[host] = true;
  }
  std::sort(shared.begin(), shared.end(), [](const auto& a, const auto& b) {
    return SortKey(a) < SortKey(b);
  });
  others_.reserve(shared.size());  // so that `last` stays where it is
  IndexedRule* last = nullptr;
  for (size_t i = 0; i < shared.size(); ++i) {
    const auto& [host, rule] = shared[i];
    if (i == 0 || host != shared[i - 1].first) {
      last = &(first_[host] = rule);
    } else if (IsRepeat(*last, rule)) {
      repeats_.emplace_back(host, rule);
    } else {
      last->next = static_cast<uint32_t>(others_.size());
      others_.push_back(rule);
      last = &others_.back();
    }
  }
  others_.shrink_to_fit();
  repeats_.shrink_to_fit();
}

}  // namespace pullgate
