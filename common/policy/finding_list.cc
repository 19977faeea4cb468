// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/finding_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

auto SortKey(const FindingPlace& place, Severity severity) {
  return std::make_tuple(place.list, place.index, place.in_entry,
                         -static_cast<int>(severity));
}

absl::string_view PluralOf(Severity severity) {
  switch (severity) {
    case Severity::kNotice:
      return "notices";
    case Severity::kWarning:
      return "warnings";
    case Severity::kError:
      break;
  }
  return "errors";
}

}  // namespace

std::string FindingPlace::ToString() const {
  switch (list) {
    case List::kMode:
      return "mode";
    case List::kWhitelist:
      return absl::StrCat("whitelist[", index, "]");
    case List::kInsecure:
      return absl::StrCat("insecure[", index, "]");
    case List::kCaScopes:
      if (in_entry == kAll) {
        return absl::StrCat("registry_cas[", index, "].scope");
      }
      return absl::StrCat("registry_cas[", index, "].scope[", in_entry, "]");
    case List::kProtectedRegistries:
      return absl::StrCat("protected_registries[", index, "]");
    case List::kUnpinnableAddresses:
      return absl::StrCat("unpinnable_addresses[", index, "]");
  }
  return "";
}

void FindingList::Add(Severity severity, const FindingPlace& place,
                      absl::string_view code, std::string message) {
  if (++counts_[static_cast<size_t>(severity)] > kMaxFindings) return;
  findings_.push_back(
      {place,
       {severity, place.ToString(), std::string(code), std::move(message)}});
}

std::vector<Finding> FindingList::Take() && {
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Placed& a, const Placed& b) {
                     return SortKey(a.place, a.finding.severity) <
                            SortKey(b.place, b.finding.severity);
                   });
  std::vector<Finding> findings;
  for (Placed& placed : findings_) {
    findings.push_back(std::move(placed.finding));
  }
  for (const Severity severity :
       {Severity::kError, Severity::kWarning, Severity::kNotice}) {
    if (CountOf(severity) <= kMaxFindings) continue;
    findings.push_back({severity, "", "MORE_FINDINGS",
                        absl::StrCat("and ", CountOf(severity) - kMaxFindings,
                                     " more ", PluralOf(severity))});
  }
  return findings;
}

}  // namespace pullgate
