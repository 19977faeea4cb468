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
#include "common/net/ip_address.h"
#include "common/policy/decision.h"
#include "common/policy/grouped_rules.h"
#include "common/policy/name_set.h"
#include "common/policy/name_suffixes.h"
#include "common/policy/prefix_set.h"
#include "common/policy/rule.h"

namespace pullgate {

// A rule met in the index, with its host. Valid as long as the index.
struct RuleHit {
  const IndexedRule* rule = nullptr;
  uint32_t host = 0;  // among the hosts of its kind
  Rule::Kind kind = Rule::Kind::kName;
  // How narrow the host is: labels of a wildcard, bits of a prefix, more than
  // either for an exact name.
  uint8_t narrowness = 0;
  // One name or one address.
  bool exact = false;
};

// Rules by what they cover, so that a question meets only those that cover it:
// one hash look-up for a name and for each of its suffixes, one binary search
// for an address. Immutable; thread-safe; meeting rules allocates nothing.
//
// The functions below meet rules whatever their endpoints, and of rules that
// repeat one another only the first, unless they say otherwise. `visit` takes a
// `const RuleHit&`; `is` does so too and returns whether to stop there.
class RuleIndex {
 public:
  class Builder;

  RuleIndex() = default;

  bool empty() const {
    return names_.size() + wildcards_.size() + prefixes_.size() == 0;
  }

  // Rules of exactly that name.
  template <typename Visit>
  void VisitName(const NameSuffixes& name, Visit&& visit) const;
  template <typename Visit>
  void VisitName(absl::string_view name, Visit&& visit) const {
    VisitName(NameSuffixes(name), visit);
  }
  // Wildcards that cover the name, the ones with more labels first.
  template <typename Visit>
  void VisitWildcardsOver(const NameSuffixes& name, Visit&& visit) const;
  template <typename Visit>
  void VisitWildcardsOver(absl::string_view name, Visit&& visit) const {
    VisitWildcardsOver(NameSuffixes(name), visit);
  }
  // Has what both read first on its way while the caller does something else.
  void Prefetch(const NameSuffixes& name) const;
  // Prefixes that contain the address, longer ones first.
  template <typename Visit>
  void VisitAddress(const IpAddress& address, Visit&& visit) const;
  // The same without rules that no endpoint needs: a narrower one of their list
  // covers every endpoint. A handful, however deep prefixes nest.
  template <typename Visit>
  void VisitNarrowest(const IpAddress& address, Visit&& visit) const;
  template <typename Visit>
  void VisitDistinct(Visit&& visit) const;
  // Calls `visit(repeat, first)` for each rule that repeats another one.
  template <typename Visit>
  void VisitRepeats(Visit&& visit) const;

  // Whether `is(hit)` holds for any rule over names; over addresses.
  template <typename Predicate>
  bool AnyOverNames(Predicate&& is) const;
  template <typename Predicate>
  bool AnyOverAddresses(Predicate&& is) const;
  // For any rule whose host covers all of the host of `hit`, its own included;
  // narrower ones first.
  template <typename Predicate>
  bool AnyCovering(const RuleHit& hit, Predicate&& is) const;

  // Whether any prefix contains the address; any rule is of exactly that name.
  bool HasAddress(const IpAddress& address) const {
    return prefixes_.FindLongest(address) != PrefixSet::kNone;
  }
  bool HasName(absl::string_view name) const {
    return names_.Find(name) != NameSet::kNone;
  }
  bool HasName(const NameSuffixes& name) const {
    return names_.Find(name.name(), name.hash()) != NameSet::kNone;
  }

  // Its host without "*."; empty for a prefix.
  absl::string_view NameOf(const RuleHit& hit) const;
  // Only for Kind::kPrefix.
  IpPrefix PrefixOf(const RuleHit& hit) const;
  // Canonical: Rule::ToString().
  std::string TextOf(const RuleHit& hit) const;
  RuleReference ReferenceTo(const RuleHit& hit) const;

 private:
  // The lists that a question is matched with.
  static constexpr uint8_t kAllLists =
      1u << static_cast<int>(RuleList::kWhitelist) |
      1u << static_cast<int>(RuleList::kInsecure);

  // A hit of a host, its rule yet to be filled in.
  static RuleHit NameHit(uint32_t host);
  static RuleHit WildcardHit(uint32_t host, int labels);
  RuleHit WildcardHit(uint32_t host) const;
  RuleHit PrefixHit(uint32_t host) const;

  template <typename Predicate>
  static bool AnyOf(const GroupedRules& group, RuleHit hit, Predicate&& is);
  template <typename Visit>
  static void VisitHost(const GroupedRules& group, const RuleHit& hit,
                        Visit&& visit);
  template <typename Visit>
  static void VisitRepeat(const GroupedRules& group, RuleHit hit,
                          const IndexedRule& repeat, Visit&& visit);
  // Fills in links_.
  void LinkPrefixes();

  // Of the wildcards over the suffixes of up to that many labels.
  template <typename Predicate>
  bool AnyWildcardAround(const NameSuffixes& name, int labels,
                         Predicate&& is) const;

  NameSet names_;
  NameSet wildcards_;
  PrefixSet prefixes_;
  GroupedRules name_rules_;
  GroupedRules wildcard_rules_;
  GroupedRules prefix_rules_;
  // What a decision reads of a prefix.
  struct Link {
    // The next larger prefix with a rule of a list that is not in `complete`.
    uint32_t wider;
    // The lists, as bits, of which a rule covers every endpoint.
    uint8_t complete;
    uint8_t length;
    bool is_single;
  };
  std::vector<Link> links_;
  // Which numbers of labels wildcards have.
  std::bitset<128> wildcard_labels_;
};

// Gathers rules, then puts them in order.
class RuleIndex::Builder {
 public:
  void Add(const Rule& rule, RuleList list, uint32_t position);
  RuleIndex Build() &&;

 private:
  NameSet names_;
  NameSet wildcards_;
  GroupedRules::Entries name_rules_;
  GroupedRules::Entries wildcard_rules_;
  std::vector<std::pair<IpPrefix, IndexedRule>> prefix_rules_;
};

// The number of labels of a name that is not empty.
int LabelCount(absl::string_view name);

template <typename Predicate>
bool RuleIndex::AnyOf(const GroupedRules& group, RuleHit hit, Predicate&& is) {
  return group.AnyOf(hit.host, [&](const IndexedRule& rule) {
    hit.rule = &rule;
    return is(static_cast<const RuleHit&>(hit));
  });
}

template <typename Visit>
void RuleIndex::VisitHost(const GroupedRules& group, const RuleHit& hit,
                          Visit&& visit) {
  AnyOf(group, hit, [&](const RuleHit& found) {
    visit(found);
    return false;
  });
}

template <typename Visit>
void RuleIndex::VisitName(const NameSuffixes& name, Visit&& visit) const {
  const uint32_t host = names_.Find(name.name(), name.hash());
  if (host != NameSet::kNone) VisitHost(name_rules_, NameHit(host), visit);
}

template <typename Predicate>
bool RuleIndex::AnyWildcardAround(const NameSuffixes& name, int labels,
                                  Predicate&& is) const {
  for (; labels > 0; --labels) {
    if (!wildcard_labels_[labels]) continue;
    const uint32_t host =
        wildcards_.Find(name.Suffix(labels), name.HashOf(labels));
    if (host != NameSet::kNone &&
        AnyOf(wildcard_rules_, WildcardHit(host, labels), is)) {
      return true;
    }
  }
  return false;
}

template <typename Visit>
void RuleIndex::VisitWildcardsOver(const NameSuffixes& name,
                                   Visit&& visit) const {
  AnyWildcardAround(name, name.labels() - 1, [&](const RuleHit& found) {
    visit(found);
    return false;
  });
}

template <typename Visit>
void RuleIndex::VisitAddress(const IpAddress& address, Visit&& visit) const {
  for (uint32_t host = prefixes_.FindLongest(address); host != PrefixSet::kNone;
       host = prefixes_.Around(host)) {
    VisitHost(prefix_rules_, PrefixHit(host), visit);
  }
}

template <typename Visit>
void RuleIndex::VisitNarrowest(const IpAddress& address, Visit&& visit) const {
  uint8_t complete = 0;
  for (uint32_t host = prefixes_.FindLongest(address);
       host != PrefixSet::kNone && complete != kAllLists;
       host = links_[host].wider) {
    VisitHost(prefix_rules_, PrefixHit(host), visit);
    complete |= links_[host].complete;
  }
}

template <typename Visit>
void RuleIndex::VisitDistinct(Visit&& visit) const {
  const auto visit_and_go_on = [&](const RuleHit& hit) {
    visit(hit);
    return false;
  };
  AnyOverNames(visit_and_go_on);
  AnyOverAddresses(visit_and_go_on);
}

template <typename Visit>
void RuleIndex::VisitRepeats(Visit&& visit) const {
  for (const auto& [host, rule] : name_rules_.repeats()) {
    VisitRepeat(name_rules_, NameHit(host), rule, visit);
  }
  for (const auto& [host, rule] : wildcard_rules_.repeats()) {
    VisitRepeat(wildcard_rules_, WildcardHit(host), rule, visit);
  }
  for (const auto& [host, rule] : prefix_rules_.repeats()) {
    VisitRepeat(prefix_rules_, PrefixHit(host), rule, visit);
  }
}

template <typename Visit>
void RuleIndex::VisitRepeat(const GroupedRules& group, RuleHit hit,
                            const IndexedRule& repeat, Visit&& visit) {
  AnyOf(group, hit, [&](const RuleHit& first) {
    if (!IsRepeat(*first.rule, repeat)) return false;
    hit.rule = &repeat;
    visit(static_cast<const RuleHit&>(hit), first);
    return true;
  });
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
  const NameSuffixes name(NameOf(hit));
  int labels = name.labels();
  if (hit.kind == Rule::Kind::kName) {
    if (AnyOf(name_rules_, NameHit(hit.host), is)) return true;
    --labels;
  }
  return AnyWildcardAround(name, labels, is);
}

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_RULE_INDEX_H_
