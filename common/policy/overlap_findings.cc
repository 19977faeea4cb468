// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/overlap_findings.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/policy/decision.h"
#include "common/policy/matches.h"

namespace pullgate {
namespace {

// How many rules one rule is compared with.
constexpr int kMaxComparisons = 256;

FindingPlace PlaceOfHit(const RuleHit& hit) {
  return {hit.rule->list == RuleList::kInsecure
              ? FindingPlace::List::kInsecure
              : FindingPlace::List::kWhitelist,
          hit.rule->position};
}

// Which rules there are that can count by evidence: they match together with
// rules of the other kind, whatever these are.
struct Kinds {
  bool exact_whitelist_name = false;
  bool exact_whitelist_address = false;
  bool insecure_wildcard = false;
  bool insecure_block = false;

  void Add(const RuleHit& hit) {
    const bool prefix = hit.kind == Rule::Kind::kPrefix;
    if (hit.rule->list == RuleList::kWhitelist && hit.exact) {
      (prefix ? exact_whitelist_address : exact_whitelist_name) = true;
    }
    if (hit.rule->list == RuleList::kInsecure && !hit.exact) {
      (prefix ? insecure_block : insecure_wildcard) = true;
    }
  }
};

class OverlapFinder {
 public:
  OverlapFinder(const RuleIndex& rules, FindingList& findings)
      : rules_(rules), findings_(findings) {}

  void Find() {
    rules_.VisitDistinct([this](const RuleHit& hit) { kinds_.Add(hit); });
    rules_.VisitRepeats([this](const RuleHit& repeat, const RuleHit& first) {
      findings_.Warning(
          PlaceOfHit(repeat), "DUPLICATE_RULE",
          absl::StrCat(Quoted(repeat), " repeats ", Describe(first)));
    });
    rules_.VisitDistinct([this](const RuleHit& hit) {
      if (IsAlone(hit)) return;
      if (hit.rule->list == RuleList::kWhitelist) FindBeaten(hit);
      FindShadowed(hit);
    });
  }

 private:
  static Rank DirectRank(const RuleHit& hit) {
    return RankOf(hit, Via::kDirect);
  }

  // "whitelist[3] (*.example.com)".
  std::string Describe(const RuleHit& hit) const {
    const RuleReference rule = rules_.ReferenceTo(hit);
    return absl::StrCat(PlaceOf(rule), " (", rule.text, ")");
  }

  std::string Quoted(const RuleHit& hit) const {
    return absl::StrCat("\"", rules_.TextOf(hit), "\"");
  }

  // Whether no other rule covers its host: so it is with most.
  bool IsAlone(const RuleHit& hit) const {
    return !rules_.AnyCovering(
        hit, [&](const RuleHit& other) { return other.rule != hit.rule; });
  }

  // The first rule around `hit` of which `is` holds.
  template <typename Predicate>
  std::optional<RuleHit> FirstAround(const RuleHit& hit, Predicate&& is) const {
    std::optional<RuleHit> found;
    int left = kMaxComparisons;
    rules_.AnyCovering(hit, [&](const RuleHit& other) {
      if (other.rule != hit.rule && is(other)) found = other;
      return found.has_value() || --left == 0;
    });
    return found;
  }

  // Whether a whitelist rule beats an insecure one that covers its host.
  static bool Beats(const RuleHit& whitelist, const RuleHit& insecure) {
    return whitelist.rule->cover.Overlaps(insecure.rule->cover) &&
           (DirectRank(whitelist) > DirectRank(insecure) ||
            (whitelist.exact && !insecure.exact));
  }

  void FindBeaten(const RuleHit& hit) {
    const std::optional<RuleHit> beaten =
        FirstAround(hit, [&](const RuleHit& other) {
          return other.rule->list == RuleList::kInsecure && Beats(hit, other);
        });
    if (!beaten.has_value()) return;
    findings_.Warning(PlaceOfHit(hit), "BEATS_INSECURE",
                      absl::StrCat(Quoted(hit), " beats ", Describe(*beaten),
                                   ", which covers it: it will be verified"));
  }

  void FindShadowed(const RuleHit& hit) {
    const std::optional<RuleHit> shadow =
        FirstAround(hit, [&](const RuleHit& other) {
          return other.rule->list == hit.rule->list &&
                 other.rule->cover.CoversAllOf(hit.rule->cover) &&
                 !Matters(hit, other);
        });
    if (!shadow.has_value()) return;
    findings_.Warning(PlaceOfHit(hit), "SHADOWED_RULE",
                      absl::StrCat(Quoted(hit), " adds nothing to ",
                                   Describe(*shadow), ", which covers it"));
  }

  // Whether the rule decides anything that the broader one around it does not.
  bool Matters(const RuleHit& hit, const RuleHit& broader) const {
    return hit.rule->list == RuleList::kWhitelist
               ? WhitelistRuleMatters(hit, broader)
               : InsecureRuleMatters(hit, broader);
  }

  bool WhitelistRuleMatters(const RuleHit& hit, const RuleHit& broader) const {
    const bool prefix = hit.kind == Rule::Kind::kPrefix;
    if (hit.exact && !broader.exact &&
        (prefix ? kinds_.insecure_wildcard : kinds_.insecure_block)) {
      return true;
    }
    return FirstAround(hit,
                       [&](const RuleHit& other) {
                         return other.rule->list == RuleList::kInsecure &&
                                Beats(hit, other) && !Beats(broader, other);
                       })
        .has_value();
  }

  bool InsecureRuleMatters(const RuleHit& hit, const RuleHit& broader) const {
    const bool prefix = hit.kind == Rule::Kind::kPrefix;
    if (hit.exact && !broader.exact &&
        (prefix ? kinds_.exact_whitelist_name
                : kinds_.exact_whitelist_address)) {
      return true;
    }
    return FirstAround(hit,
                       [&](const RuleHit& other) {
                         return other.rule->list == RuleList::kWhitelist &&
                                Beats(other, broader) && !Beats(other, hit);
                       })
        .has_value();
  }

  const RuleIndex& rules_;
  FindingList& findings_;
  Kinds kinds_;
};

}  // namespace

void FindOverlaps(const RuleIndex& rules, FindingList& findings) {
  OverlapFinder(rules, findings).Find();
}

}  // namespace pullgate
