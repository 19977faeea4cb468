// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/compiled_filter.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace pullgate::pdp {
namespace {

bool IsInDomain(absl::string_view host, absl::string_view domain) {
  if (!absl::EndsWith(host, domain)) return false;
  const size_t rest = host.size() - domain.size();
  return rest == 0 || host[rest - 1] == '.';
}

// Whether `host` is an address in `prefix`.
bool IsInPrefix(absl::string_view host, const IpPrefix& prefix) {
  const bool v4 = host.find(':') == absl::string_view::npos;
  if (v4 != prefix.base().is_v4() || host.empty() ||
      (v4 &&
       host.find_first_not_of("0123456789.") != absl::string_view::npos)) {
    return false;
  }
  const auto address = IpAddress::Parse(host);
  return address.ok() && prefix.Contains(*address);
}

bool FitsRule(absl::string_view value, const RulePattern& pattern) {
  const RuleParts parts = PartsOfRule(value);
  return (pattern.place.empty() || parts.place == pattern.place) &&
         (pattern.text.empty() || parts.text == pattern.text);
}

Mark MarkOf(const RulePattern& pattern) {
  if (pattern.place.empty()) return MarkOfRuleText(pattern.text);
  if (pattern.text.empty()) return MarkOfRulePlace(pattern.place);
  return MarkOfValue(EventField::kRule,
                     ValueOfRule(pattern.place, pattern.text));
}

}  // namespace

CompiledFilter::CompiledFilter(const LedgerFilter& filter) {
  if (filter.vch) {
    const std::string vch = filter.vch->text();
    clauses_.push_back({{{EventField::kAgent,
                          [vch](absl::string_view agent) {
                            return VchOfAgent(agent) == vch;
                          }}},
                        {MarkOfVch(vch)}});
  }
  if (!filter.agent.empty()) AddEqual(EventField::kAgent, filter.agent);
  if (!filter.registry.empty()) {
    AddEqual(EventField::kRegistry, filter.registry);
  }
  if (!filter.registry_domain.empty()) {
    const std::string domain = filter.registry_domain;
    clauses_.push_back({{{EventField::kRegistry,
                          [domain](absl::string_view registry) {
                            return IsInDomain(HostOfRegistry(registry), domain);
                          }}},
                        {MarkOfDomain(domain)}});
  }
  if (filter.registry_cidr) AddCidr(*filter.registry_cidr);
  if (filter.effect)
    AddEqual(EventField::kEffect, absl::StrCat(*filter.effect));
  if (filter.reason)
    AddEqual(EventField::kReason, absl::StrCat(*filter.reason));
  AddRules(filter.rules);
  AddTransport(filter);
  if (filter.policy_revision) {
    AddEqual(EventField::kPolicyRevision,
             absl::StrCat(*filter.policy_revision));
  }
  if (!filter.certificate_sha256.empty()) {
    AddEqual(EventField::kCertificate, filter.certificate_sha256);
  }
  AddKinds(filter);
  if (filter.start) start_ns_ = absl::ToUnixNanos(*filter.start);
  if (filter.end) {
    end_ns_ = absl::ToUnixNanos(*filter.end);
    endless_ = false;
  }
}

void CompiledFilter::AddEqual(EventField field, std::string value) {
  const Mark mark = MarkOfValue(field, value);
  clauses_.push_back(
      {{{field, [value = std::move(value)](
                    absl::string_view other) { return other == value; }}},
       {mark}});
}

void CompiledFilter::AddCidr(const IpPrefix& prefix) {
  Clause clause;
  clause.any_of.push_back(
      {EventField::kAddress, [prefix](absl::string_view address) {
         return IsInPrefix(address, prefix);
       }});
  clause.any_of.push_back(
      {EventField::kRegistry, [prefix](absl::string_view registry) {
         return IsInPrefix(HostOfRegistry(registry), prefix);
       }});
  clause.marks = MarksOfPrefix(prefix);
  clauses_.push_back(std::move(clause));
}

void CompiledFilter::AddRules(const std::vector<RulePattern>& rules) {
  if (rules.empty()) return;
  Clause clause;
  for (const RulePattern& rule : rules) {
    clause.marks.push_back(MarkOf(rule));
  }
  clause.any_of.push_back({EventField::kRule, [rules](absl::string_view value) {
                             return std::any_of(
                                 rules.begin(), rules.end(),
                                 [value](const RulePattern& rule) {
                                   return FitsRule(value, rule);
                                 });
                           }});
  clauses_.push_back(std::move(clause));
}

void CompiledFilter::AddTransport(const LedgerFilter& filter) {
  if (!filter.scheme && !filter.certificate_check) return;
  const auto both = [](int scheme, int check) {
    return absl::StrCat(scheme, "/", check);
  };
  std::vector<std::string> values;
  for (int scheme = 0; scheme < decision::v1::Scheme_ARRAYSIZE; ++scheme) {
    if (filter.scheme && scheme != *filter.scheme) continue;
    for (int check = 0; check < decision::v1::CertificateCheck_ARRAYSIZE;
         ++check) {
      if (filter.certificate_check && check != *filter.certificate_check) {
        continue;
      }
      values.push_back(both(scheme, check));
    }
  }
  Clause clause;
  for (const std::string& value : values) {
    clause.marks.push_back(MarkOfValue(EventField::kTransport, value));
  }
  clause.any_of.push_back(
      {EventField::kTransport, [values](absl::string_view value) {
         return std::find(values.begin(), values.end(), value) != values.end();
       }});
  clauses_.push_back(std::move(clause));
}

void CompiledFilter::AddKinds(const LedgerFilter& filter) {
  if (filter.kinds.empty()) return;
  Clause clause;
  std::vector<std::string> values;
  for (const auto kind : filter.kinds) {
    values.push_back(absl::StrCat(kind));
    clause.marks.push_back(MarkOfValue(EventField::kKind, values.back()));
  }
  clause.any_of.push_back(
      {EventField::kKind, [values](absl::string_view value) {
         return std::find(values.begin(), values.end(), value) != values.end();
       }});
  clauses_.push_back(std::move(clause));
}

bool CompiledFilter::Matches(const EventFields& fields) const {
  if (!InTime(fields.time_ns())) return false;
  return std::all_of(
      clauses_.begin(), clauses_.end(), [&fields](const Clause& clause) {
        return std::any_of(clause.any_of.begin(), clause.any_of.end(),
                           [&fields](const Term& term) {
                             return term.takes(fields[term.field]);
                           });
      });
}

bool CompiledFilter::MayMatch(int64_t min_time_ns, int64_t max_time_ns,
                              absl::string_view digest) const {
  if (max_time_ns < start_ns_) return false;
  if (!endless_ && min_time_ns >= end_ns_) return false;
  if (clauses_.empty()) return true;
  const Digest marks(digest);
  return std::all_of(
      clauses_.begin(), clauses_.end(), [&marks](const Clause& clause) {
        return clause.marks.empty() ||
               std::any_of(clause.marks.begin(), clause.marks.end(),
                           [&marks](Mark mark) { return marks.MayHave(mark); });
      });
}

}  // namespace pullgate::pdp
