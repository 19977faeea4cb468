// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/rule_index.h"

#include <algorithm>

namespace pullgate {
namespace {

bool ByPrefix(const std::pair<IpPrefix, IndexedRule>& a,
              const std::pair<IpPrefix, IndexedRule>& b) {
  return a.first < b.first;
}

// Narrower than any wildcard or prefix.
constexpr uint8_t kNameNarrowness = 255;

// A list as a bit.
uint8_t BitOf(RuleList list) {
  return static_cast<uint8_t>(1u << static_cast<int>(list));
}

// The lists that rules of the host stand in, as bits.
uint8_t ListsOf(const GroupedRules& rules, uint32_t host) {
  uint8_t lists = 0;
  rules.AnyOf(host, [&](const IndexedRule& rule) {
    lists |= BitOf(rule.list);
    return false;
  });
  return lists;
}

// Those of which a rule covers every endpoint.
uint8_t CompleteListsOf(const GroupedRules& rules, uint32_t host) {
  uint8_t lists = 0;
  rules.AnyOf(host, [&](const IndexedRule& rule) {
    if (!rule.cover.has_port()) lists |= BitOf(rule.list);
    return false;
  });
  return lists;
}

}  // namespace

int LabelCount(absl::string_view name) {
  return 1 + static_cast<int>(std::count(name.begin(), name.end(), '.'));
}

void RuleIndex::Builder::Add(const Rule& rule, RuleList list,
                             uint32_t position) {
  const IndexedRule indexed{position, EndpointCover(rule.scheme(), rule.port()),
                            list};
  switch (rule.kind()) {
    case Rule::Kind::kName:
      name_rules_.emplace_back(names_.Insert(rule.name()), indexed);
      break;
    case Rule::Kind::kWildcard:
      wildcard_rules_.emplace_back(wildcards_.Insert(rule.name()), indexed);
      break;
    case Rule::Kind::kPrefix:
      prefix_rules_.emplace_back(*rule.prefix(), indexed);
      break;
  }
}

RuleIndex RuleIndex::Builder::Build() && {
  RuleIndex index;
  index.name_rules_ = GroupedRules(name_rules_);
  index.wildcard_rules_ = GroupedRules(wildcard_rules_);
  for (uint32_t host = 0; host < wildcards_.size(); ++host) {
    index.wildcard_labels_.set(LabelCount(wildcards_.Name(host)));
  }
  names_.ShrinkToFit();
  wildcards_.ShrinkToFit();
  index.names_ = std::move(names_);
  index.wildcards_ = std::move(wildcards_);

  std::sort(prefix_rules_.begin(), prefix_rules_.end(), ByPrefix);
  std::vector<IpPrefix> prefixes;
  GroupedRules::Entries entries;
  entries.reserve(prefix_rules_.size());
  for (const auto& [prefix, rule] : prefix_rules_) {
    if (prefixes.empty() || prefixes.back() != prefix) {
      prefixes.push_back(prefix);
    }
    entries.emplace_back(static_cast<uint32_t>(prefixes.size()) - 1, rule);
  }
  index.prefixes_ = PrefixSet(prefixes);
  index.prefix_rules_ = GroupedRules(entries);
  index.LinkPrefixes();
  return index;
}

void RuleIndex::LinkPrefixes() {
  links_.reserve(prefixes_.size());
  // What is around a prefix stands before it, and is done.
  for (uint32_t host = 0; host < prefixes_.size(); ++host) {
    const uint8_t complete = CompleteListsOf(prefix_rules_, host);
    uint32_t wider = prefixes_.Around(host);
    while (wider != PrefixSet::kNone &&
           (ListsOf(prefix_rules_, wider) & ~complete) == 0) {
      // Of equal lists it passes over the same prefixes.
      wider = links_[wider].complete == complete ? links_[wider].wider
                                                 : prefixes_.Around(wider);
    }
    links_.push_back({wider, complete,
                      static_cast<uint8_t>(prefixes_.Length(host)),
                      prefixes_.IsSingle(host)});
  }
}

RuleHit RuleIndex::NameHit(uint32_t host) {
  return {nullptr, host, Rule::Kind::kName, kNameNarrowness, true};
}

RuleHit RuleIndex::WildcardHit(uint32_t host, int labels) {
  return {nullptr, host, Rule::Kind::kWildcard, static_cast<uint8_t>(labels),
          false};
}

RuleHit RuleIndex::WildcardHit(uint32_t host) const {
  return WildcardHit(host, LabelCount(wildcards_.Name(host)));
}

RuleHit RuleIndex::PrefixHit(uint32_t host) const {
  return {nullptr, host, Rule::Kind::kPrefix, links_[host].length,
          links_[host].is_single};
}

void RuleIndex::Prefetch(const NameSuffixes& name) const {
  names_.Prefetch(name.hash());
  for (int labels = name.labels() - 1; labels > 0; --labels) {
    if (wildcard_labels_[labels]) wildcards_.Prefetch(name.HashOf(labels));
  }
}

absl::string_view RuleIndex::NameOf(const RuleHit& hit) const {
  switch (hit.kind) {
    case Rule::Kind::kName:
      return names_.Name(hit.host);
    case Rule::Kind::kWildcard:
      return wildcards_.Name(hit.host);
    case Rule::Kind::kPrefix:
      break;
  }
  return "";
}

IpPrefix RuleIndex::PrefixOf(const RuleHit& hit) const {
  return prefixes_.Prefix(hit.host);
}

std::string RuleIndex::TextOf(const RuleHit& hit) const {
  const EndpointCover& cover = hit.rule->cover;
  if (hit.kind == Rule::Kind::kPrefix) {
    return Rule::Prefix(PrefixOf(hit), cover.scheme(), cover.port()).ToString();
  }
  return NamedRuleText(hit.kind, NameOf(hit), cover.scheme(), cover.port());
}

RuleReference RuleIndex::ReferenceTo(const RuleHit& hit) const {
  return {hit.rule->list, hit.rule->position, TextOf(hit)};
}

}  // namespace pullgate
