// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/identity/vch_id.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pullgate {
namespace {

constexpr size_t kMaxLength = 63;
constexpr char kCollection[] = "vchs/";
constexpr char kPolicy[] = "/policy";

bool IsInner(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

// Quoted, printable and short, whatever was sent.
std::string Quote(absl::string_view text) {
  constexpr size_t kShown = 80;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kShown)),
                      text.size() > kShown ? "...\"" : "\"");
}

absl::Status NotAName(absl::string_view text, absl::string_view form) {
  return absl::InvalidArgumentError(
      absl::StrCat("expected \"", form, "\", got ", Quote(text)));
}

}  // namespace

absl::StatusOr<VchId> VchId::Parse(absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("the VCH id is empty");
  if (text.size() > kMaxLength) {
    return absl::InvalidArgumentError(
        absl::StrCat("the VCH id ", Quote(text), " has ", text.size(),
                     " characters; at most ", kMaxLength, " are allowed"));
  }
  if (const auto bad = std::find_if_not(text.begin(), text.end(), IsInner);
      bad != text.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the VCH id ", Quote(text), " contains ",
                     Quote(absl::string_view(&*bad, 1)),
                     "; only letters, digits, '.', '_' and '-' are allowed"));
  }
  if (!absl::ascii_isalnum(text.front()) || !absl::ascii_isalnum(text.back())) {
    return absl::InvalidArgumentError(
        absl::StrCat("the VCH id ", Quote(text),
                     " must start and end with a letter or digit"));
  }
  return VchId(std::string(text));
}

absl::StatusOr<VchId> VchId::ParseName(absl::string_view name) {
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, kCollection)) return Parse(id);
  const absl::StatusOr<VchId> bare = Parse(name);
  return NotAName(name, bare.ok() ? bare->Name() : "vchs/{vch}");
}

absl::StatusOr<VchId> VchId::ParsePolicyName(absl::string_view name) {
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, kCollection) &&
      absl::ConsumeSuffix(&id, kPolicy)) {
    return Parse(id);
  }
  absl::StatusOr<VchId> meant = ParseName(name);
  if (!meant.ok()) meant = Parse(name);
  return NotAName(name, meant.ok() ? meant->PolicyName() : "vchs/{vch}/policy");
}

std::string VchId::Name() const { return absl::StrCat(kCollection, text_); }

std::string VchId::PolicyName() const {
  return absl::StrCat(kCollection, text_, kPolicy);
}

}  // namespace pullgate
