// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_GROUPED_RULES_H_
#define PULLGATE_COMMON_POLICY_GROUPED_RULES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "common/policy/decision.h"
#include "common/policy/endpoint.h"

namespace pullgate {

// A rule in an index: all but its host, in twelve bytes.
struct IndexedRule {
  uint32_t position = 0;  // in its list
  EndpointCover cover;
  RuleList list = RuleList::kWhitelist;
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
  // Every host from 0 to the largest number has a rule.
  explicit GroupedRules(Entries entries);

  // Of rules that repeat one another, the one that stands first.
  absl::Span<const IndexedRule> Of(uint32_t host) const {
    return absl::MakeConstSpan(rules_).subspan(begin_[host],
                                               begin_[host + 1] - begin_[host]);
  }
  const Entries& repeats() const { return repeats_; }

 private:
  std::vector<uint32_t> begin_;  // of each host in rules_, and the end
  std::vector<IndexedRule> rules_;
  Entries repeats_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_GROUPED_RULES_H_
