// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_RULE_INDEX_H_
#define PULLGATE_COMMON_POLICY_RULE_INDEX_H_

#include <bitset>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/net/ip_address.h"
#include "common/policy/decision.h"
#include "common/policy/endpoint.h"
#include "common/policy/name_set.h"
#include "common/policy/prefix_set.h"
#include "common/policy/rule.h"

namespace pullgate {

// A rule in the index: all but its host, in twelve bytes.
struct IndexedRule {
  uint32_t position = 0;  // in its list
  EndpointCover cover;
  RuleList list = RuleList::kWhitelist;
};

// A rule met in the index, with its host. Valid as long as the index.
struct RuleHit {
  const IndexedRule* rule = nullptr;
  Rule::Kind kind = Rule::Kind::kName;
  uint32_t host = 0;  // among the hosts of its kind
  // How narrow the host is: labels of a wildcard, bits of a prefix, more than
  // either for an exact name.
  uint8_t narrowness = 0;
  // One name or one address.
  bool exact = false;
};

// Rules by what they cover, so that a question meets only those that cover it:
// one hash look-up for a name and for each of its suffixes, one binary search
// for an address. Immutable; thread-safe; meeting rules allocates nothing.
class RuleIndex {
 public:
  class Builder {
   public:
    void Add(const Rule& rule, RuleList list, uint32_t position);
    RuleIndex Build() &&;

   private:
    using Entries = std::vector<std::pair<uint32_t, IndexedRule>>;

    NameSet names_;
    NameSet wildcards_;
    Entries name_rules_;
    Entries wildcard_rules_;
    std::vector<std::pair<IpPrefix, IndexedRule>> prefix_rules_;
  };

  RuleIndex() = default;

  // Each function calls `visit(const RuleHit&)` for rules whatever their
  // endpoints, those of one host in the order in which they were added.

  // Rules of exactly that name.
  template <typename Visit>
  void VisitName(absl::string_view name, Visit&& visit) const;
  // Wildcards that cover the name, the ones with more labels first.
  template <typename Visit>
  void VisitWildcardsOver(absl::string_view name, Visit&& visit) const;
  // Wildcards "*.name" itself.
  template <typename Visit>
  void VisitWildcard(absl::string_view name, Visit&& visit) const;
  // Prefixes that contain the address, longer ones first.
  template <typename Visit>
  void VisitAddress(const IpAddress& address, Visit&& visit) const;
  template <typename Visit>
  void VisitAll(Visit&& visit) const;
  // Whether `is(hit)` holds for any rule over names; over addresses. Stops at
  // the first.
  template <typename Predicate>
  bool AnyOverNames(Predicate&& is) const;
  template <typename Predicate>
  bool AnyOverAddresses(Predicate&& is) const;

  // Whether `is(hit)` holds for any rule whose host covers all of the host of
  // `hit`, its own included: narrower ones first.
  template <typename Predicate>
  bool AnyCovering(const RuleHit& hit, Predicate&& is) const;

  // Whether any prefix contains the address; any rule is of exactly that name.
  bool HasAddress(const IpAddress& address) const {
    return prefixes_.FindLongest(address) != PrefixSet::kNone;
  }
  bool HasName(absl::string_view name) const {
    return names_.Find(name) != NameSet::kNone;
  }

  bool empty() const {
    return name_rules_.rules.empty() && wildcard_rules_.rules.empty() &&
           prefix_rules_.rules.empty();
  }

  // Its host without "*."; empty for a prefix.
  absl::string_view NameOf(const RuleHit& hit) const;
  // Only for Kind::kPrefix.
  IpPrefix PrefixOf(const RuleHit& hit) const;
  // Canonical: Rule::ToString().
  std::string TextOf(const RuleHit& hit) const;
  RuleReference ReferenceTo(const RuleHit& hit) const;

 private:
  // Rules by the number of their host.
  struct Grouped {
    std::vector<uint32_t> begin;
    std::vector<IndexedRule> rules;

    absl::Span<const IndexedRule> Of(uint32_t host) const {
      return absl::MakeConstSpan(rules).subspan(begin[host],
                                                begin[host + 1] - begin[host]);
    }
  };

  static Grouped Group(
      size_t hosts,
      const std::vector<std::pair<uint32_t, IndexedRule>>& entries);

  // A hit of a host, its rule yet to be filled in.
  RuleHit NameHit(uint32_t host) const;
  RuleHit WildcardHit(uint32_t host) const;
  RuleHit PrefixHit(uint32_t host) const;

  template <typename Visit>
  static void VisitHost(const Grouped& group, RuleHit hit, Visit&& visit);
  template <typename Predicate>
  static bool AnyOf(const Grouped& group, RuleHit hit, Predicate&& is);

  NameSet names_;
  NameSet wildcards_;
  PrefixSet prefixes_;
  Grouped name_rules_;
  Grouped wildcard_rules_;
  Grouped prefix_rules_;
  // Which numbers of labels wildcards have.
  std::bitset<128> wildcard_labels_;
};

// The number of labels of a name that is not empty.
int LabelCount(absl::string_view name);

template <typename Visit>
void RuleIndex::VisitHost(const Grouped& group, RuleHit hit, Visit&& visit) {
  for (const IndexedRule& rule : group.Of(hit.host)) {
    hit.rule = &rule;
    visit(static_cast<const RuleHit&>(hit));
  }
}

template <typename Visit>
void RuleIndex::VisitName(absl::string_view name, Visit&& visit) const {
  const uint32_t host = names_.Find(name);
  if (host != NameSet::kNone) VisitHost(name_rules_, NameHit(host), visit);
}

template <typename Visit>
void RuleIndex::VisitWildcardsOver(absl::string_view name,
                                   Visit&& visit) const {
  int labels = LabelCount(name);
  for (size_t dot = name.find('.'); dot != absl::string_view::npos;
       dot = name.find('.')) {
    name.remove_prefix(dot + 1);
    if (wildcard_labels_[--labels]) VisitWildcard(name, visit);
  }
}

template <typename Visit>
void RuleIndex::VisitWildcard(absl::string_view name, Visit&& visit) const {
  const uint32_t host = wildcards_.Find(name);
  if (host == NameSet::kNone) return;
  VisitHost(wildcard_rules_, WildcardHit(host), visit);
}

template <typename Visit>
void RuleIndex::VisitAddress(const IpAddress& address, Visit&& visit) const {
  for (uint32_t host = prefixes_.FindLongest(address); host != PrefixSet::kNone;
       host = prefixes_.Around(host)) {
    VisitHost(prefix_rules_, PrefixHit(host), visit);
  }
}

template <typename Visit>
void RuleIndex::VisitAll(Visit&& visit) const {
  const auto visit_and_go_on = [&](const RuleHit& hit) {
    visit(hit);
    return false;
  };
  AnyOverNames(visit_and_go_on);
  AnyOverAddresses(visit_and_go_on);
}

template <typename Predicate>
bool RuleIndex::AnyOf(const Grouped& group, RuleHit hit, Predicate&& is) {
  for (const IndexedRule& rule : group.Of(hit.host)) {
    hit.rule = &rule;
    if (is(static_cast<const RuleHit&>(hit))) return true;
  }
  return false;
}

template <typename Predicate>
bool RuleIndex::AnyOverNames(Predicate&& is) const {
  for (uint32_t host = 0; host < names_.size(); ++host) {
    if (AnyOf(name_rules_, NameHit(host), is)) return true;
  }
  for (uint32_t host = 0; host < wildcards_.size(); ++host) {
    if (AnyOf(wildcard_rules_, WildcardHit(host), is)) return true;
  }
  return false;
}

template <typename Predicate>
bool RuleIndex::AnyOverAddresses(Predicate&& is) const {
  for (uint32_t host = 0; host < prefixes_.size(); ++host) {
    if (AnyOf(prefix_rules_, PrefixHit(host), is)) return true;
  }
  return false;
}

template <typename Predicate>
bool RuleIndex::AnyCovering(const RuleHit& hit, Predicate&& is) const {
  if (hit.kind == Rule::Kind::kPrefix) {
    for (uint32_t host = hit.host; host != PrefixSet::kNone;
         host = prefixes_.Around(host)) {
      if (AnyOf(prefix_rules_, PrefixHit(host), is)) return true;
    }
    return false;
  }
  if (hit.kind == Rule::Kind::kName) {
    if (AnyOf(name_rules_, NameHit(hit.host), is)) return true;
  } else if (AnyOf(wildcard_rules_, WildcardHit(hit.host), is)) {
    return true;
  }
  absl::string_view name = NameOf(hit);
  for (size_t dot = name.find('.'); dot != absl::string_view::npos;
       dot = name.find('.')) {
    name.remove_prefix(dot + 1);
    const uint32_t host = wildcards_.Find(name);
    if (host != NameSet::kNone &&
        AnyOf(wildcard_rules_, WildcardHit(host), is)) {
      return true;
    }
  }
  return false;
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_RULE_INDEX_H_
