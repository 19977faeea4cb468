// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/scope_findings.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/policy/matches.h"

namespace pullgate {
namespace {

// Calls `visit` for rules of `around` whose host covers all of the host of
// `hit`, which is of `index`. Docker Hub's names are one host.
template <typename Visit>
void VisitAround(const RuleIndex& around, const RuleIndex& index,
                 const RuleHit& hit, Visit&& visit) {
  if (hit.kind == Rule::Kind::kPrefix) {
    const IpPrefix prefix = index.PrefixOf(hit);
    around.VisitAddress(prefix.base(), [&](const RuleHit& found) {
      if (around.PrefixOf(found).Contains(prefix)) visit(found);
    });
    return;
  }
  const absl::string_view name = index.NameOf(hit);
  if (hit.kind == Rule::Kind::kWildcard) {
    around.VisitWildcardsOver(absl::StrCat("x.", name), visit);
    return;
  }
  VisitDirect(around,
              RegistryAddress(std::nullopt, *DnsName::Parse(name),
                              hit.rule->cover.port()),
              visit);
}

class ScopeChecker {
 public:
  ScopeChecker(const RuleIndex& rules, const RuleIndex& scopes, size_t entries)
      : rules_(rules),
        scopes_(scopes),
        matched_(entries),
        has_names_(entries),
        has_prefixes_(entries) {}

  void Check(FindingList& findings) {
    rules_.VisitDistinct([this](const RuleHit& rule) {
      VisitAround(scopes_, rules_, rule,
                  [&](const RuleHit& scope) { Meet(scope, rule); });
    });
    scopes_.VisitDistinct([this](const RuleHit& scope) {
      const bool prefix = scope.kind == Rule::Kind::kPrefix;
      (prefix ? has_prefixes_ : has_names_)[scope.rule->position] = true;
      VisitAround(rules_, scopes_, scope,
                  [&](const RuleHit& rule) { Meet(scope, rule); });
    });
    for (size_t entry = 0; entry < matched_.size(); ++entry) {
      const bool has_scope = has_names_[entry] || has_prefixes_[entry];
      if (has_scope && !matched_[entry]) Remark(entry, findings);
    }
  }

 private:
  void Meet(const RuleHit& scope, const RuleHit& rule) {
    if (scope.rule->cover.Overlaps(rule.rule->cover)) {
      matched_[scope.rule->position] = true;
    }
  }

  void Remark(size_t entry, FindingList& findings) const {
    const FindingPlace place = {FindingPlace::List::kCaScopes, entry,
                                FindingPlace::kAll};
    const auto any = [](const RuleHit&) { return true; };
    const bool by_evidence =
        (has_names_[entry] && rules_.AnyOverAddresses(any)) ||
        (has_prefixes_[entry] && rules_.AnyOverNames(any));
    if (by_evidence) {
      findings.Notice(place, "SCOPE_MATCHES_NO_RULE",
                      "no rule names what these certificates vouch for; it is "
                      "allowed only where DNS leads to a rule");
    } else {
      findings.Warning(place, "SCOPE_MATCHES_NO_RULE",
                       "no rule allows anything that these certificates vouch "
                       "for; is one missing in the whitelist?");
    }
  }

  const RuleIndex& rules_;
  const RuleIndex& scopes_;
  // By entry.
  std::vector<bool> matched_;
  std::vector<bool> has_names_;
  std::vector<bool> has_prefixes_;
};

}  // namespace

void FindUnmatchedScopes(const RuleIndex& rules, const RuleIndex& scopes,
                         size_t entries, FindingList& findings) {
  if (scopes.empty()) return;  // and need not meet a million rules
  ScopeChecker(rules, scopes, entries).Check(findings);
}

}  // namespace pullgate
