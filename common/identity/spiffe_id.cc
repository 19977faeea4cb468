// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/identity/spiffe_id.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace pullgate {
namespace {

constexpr size_t kMaxUri = 2048;  // SPIFFE-ID specification, section 2.3
constexpr size_t kMaxTrustDomain = 255;
constexpr size_t kShown = 120;  // of what is quoted in a message

absl::Status Bad(absl::string_view uri, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", absl::CHexEscape(uri.substr(0, kShown)),
      uri.size() > kShown ? "...\"" : "\"", " is no identity: ", why,
      "; expected spiffe://<trust-domain>/vch/<vch> or "
      "spiffe://<trust-domain>/operator/<name>"));
}

bool IsTrustDomainChar(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' ||
         c == '-' || c == '_';
}

}  // namespace

absl::Status CheckTrustDomain(absl::string_view text) {
  if (text.empty()) {
    return absl::InvalidArgumentError("the trust domain is empty");
  }
  if (text.size() > kMaxTrustDomain) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the trust domain is longer than ", kMaxTrustDomain, " characters"));
  }
  if (!std::all_of(text.begin(), text.end(), IsTrustDomainChar)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the trust domain \"", absl::CHexEscape(text),
        "\" must have only lower-case letters, digits, '.', '-' and '_'"));
  }
  return absl::OkStatus();
}

absl::StatusOr<SpiffeId> SpiffeId::Parse(absl::string_view uri) {
  if (uri.size() > kMaxUri) return Bad(uri, "it is too long");
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, "spiffe://")) {
    return Bad(uri, "the scheme is not \"spiffe\"");
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, '/');
  if (parts.size() != 3) return Bad(uri, "the path is not of two segments");
  if (const absl::Status domain = CheckTrustDomain(parts[0]); !domain.ok()) {
    return Bad(uri, domain.message());
  }
  // A name has the spelling of a VCH id: no escapes, no dot segments.
  absl::StatusOr<VchId> name = VchId::Parse(parts[2]);
  if (!name.ok()) return Bad(uri, "the last segment is no valid name");
  std::string domain(parts[0]);
  if (parts[1] == "vch") return SpiffeId(std::move(domain), *std::move(name));
  if (parts[1] == "operator") {
    return SpiffeId(std::move(domain), name->text());
  }
  return Bad(uri, "the first segment is neither \"vch\" nor \"operator\"");
}

std::string SpiffeId::ToString() const {
  return vch() != nullptr
             ? absl::StrCat("spiffe://", trust_domain_, "/vch/", vch()->text())
             : absl::StrCat("spiffe://", trust_domain_, "/operator/",
                            *operator_name());
}

}  // namespace pullgate
