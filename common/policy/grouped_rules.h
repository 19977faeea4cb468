// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_GROUPED_RULES_H_
#define PULLGATE_COMMON_POLICY_GROUPED_RULES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/policy/decision.h"
#include "common/policy/endpoint.h"

namespace pullgate {

// A rule in an index: all but its host, in sixteen bytes.
struct IndexedRule {
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t position = 0;  // in its list
  EndpointCover cover;
  RuleList list = RuleList::kWhitelist;
  // The next one of its host; GroupedRules' alone.
  uint32_t next = kNone;
};

// Whether two rules of one host stand in the same list and cover the same.
bool IsRepeat(const IndexedRule& a, const IndexedRule& b);

// Rules by the number of their host. Rules that repeat another one are kept
// apart, so that nobody who looks for matches meets them.
class GroupedRules {
 public:
  // Each rule with the number of its host.
  using Entries = std::vector<std::pair<uint32_t, IndexedRule>>;

  GroupedRules() = default;
  // Hosts have the numbers from 0, in the order in which each comes first.
  explicit GroupedRules(const Entries& entries);

  // Calls `is(rule)` for rules of the host until it holds; whether it did. Of
  // rules that repeat one another, the one that stands first.
  template <typename Predicate>
  bool AnyOf(uint32_t host, Predicate&& is) const {
    const IndexedRule* rule = &first_[host];
    while (true) {
      if (is(*rule)) return true;
      if (rule->next == IndexedRule::kNone) return false;
      rule = &others_[rule->next];
    }
  }
  const Entries& repeats() const { return repeats_; }

 private:
  // Adds the rules, besides the first, of hosts that have more than one.
  void AddShared(Entries shared);

  // Nearly every host has one rule, and nearly every question meets one: it is
  // where the host's number says.
  std::vector<IndexedRule> first_;   // of each host
  std::vector<IndexedRule> others_;  // by `next`
  Entries repeats_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_GROUPED_RULES_H_
