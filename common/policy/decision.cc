// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/policy/decision.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pullgate {
namespace {

absl::string_view ListName(RuleList list) {
  switch (list) {
    case RuleList::kWhitelist:
      return "whitelist";
    case RuleList::kInsecure:
      return "insecure";
    case RuleList::kProtected:
      return "protected_registries";
    case RuleList::kUnpinnable:
      return "unpinnable_addresses";
    case RuleList::kCaScope:
      return "registry_cas";
  }
  return "";
}

}  // namespace

std::string PlaceOf(const RuleReference& rule) {
  return absl::StrCat(ListName(rule.list), "[", rule.index, "]");
}

std::string Quoted(const RuleReference& rule) {
  return absl::StrCat(PlaceOf(rule), " \"", rule.text, "\"");
}

}  // namespace pullgate
