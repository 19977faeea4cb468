// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/certificate_rules.h"

#include <openssl/asn1.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/name_constraints.h"
#include "agent/verify/rule_tables.h"
#include "common/crypto/certificate_info.h"

namespace pullgate::agent {
namespace {

// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, the only forms of RFC 5280 §4.1.2.5.
bool IsProfileTime(const ASN1_TIME* time) {
  const absl::string_view text(
      reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
      ASN1_STRING_length(time));
  const size_t size = ASN1_STRING_type(time) == V_ASN1_UTCTIME ? 13 : 15;
  return text.size() == size && text.back() == 'Z' &&
         std::all_of(text.begin(), text.end() - 1, absl::ascii_isdigit);
}

absl::Time StartOf(int year, int month) {
  return absl::FromCivil(absl::CivilMonth(year, month), absl::UTCTimeZone());
}

}  // namespace

bool IsOldPublicRoot(const X509& certificate, const CertificatePlace& place) {
  if (place.kind != AnchorKind::kPublic || !IsAnchorRole(place.role) ||
      !IsSelfIssued(certificate)) {
    return false;
  }
  const absl::Time since = NotBefore(certificate);
  return since >= StartOf(1999, 1) && since < StartOf(2012, 7);
}

RuleFailure CheckValidity(const X509& certificate, absl::Time now) {
  const absl::Time not_before = NotBefore(certificate);
  const absl::Time not_after = NotAfter(certificate);
  if (not_before == absl::InfiniteFuture() ||
      not_after == absl::InfinitePast() ||
      !IsProfileTime(X509_get0_notBefore(&certificate)) ||
      !IsProfileTime(X509_get0_notAfter(&certificate))) {
    return {"validity", "has a malformed validity",
            X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD};
  }
  if (now < not_before) {
    return {"validity",
            absl::StrCat("is not valid before ", DescribeDate(not_before)),
            X509_V_ERR_CERT_NOT_YET_VALID};
  }
  if (now > not_after) {
    return {"validity", absl::StrCat("expired on ", DescribeDate(not_after)),
            X509_V_ERR_CERT_HAS_EXPIRED};
  }
  return {};
}

RuleFailure CheckCertificate(X509* certificate, const CertificatePlace& place) {
  if (RuleFailure failure = CheckValidity(*certificate, place.now)) {
    return failure;
  }
  for (const auto& rules : {FormRules(), UsageRules(), KeyRules()}) {
    for (const CertificateRule rule : rules) {
      if (RuleFailure failure = rule(certificate, place)) return failure;
    }
  }
  return CheckNameConstraintsForm(certificate, place.kind);
}

}  // namespace pullgate::agent
