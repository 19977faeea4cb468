// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_tables.h"

namespace pullgate::agent {
namespace {

bool IsPublic(const CertificatePlace& place) {
  return place.kind == AnchorKind::kPublic;
}

bool IsCriticalExtension(const X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 &&
         X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
}

// The anchor of a policy that ParseCaEntry takes though it cannot say that it
// is a CA.
bool IsVersion1Anchor(const X509* certificate, const CertificatePlace& place) {
  return IsAnchorRole(place.role) && !IsPublic(place) &&
         X509_get_version(certificate) == X509_VERSION_1;
}

RuleFailure NoCa(std::string clause) {
  return {"basic-constraints", std::move(clause), X509_V_ERR_INVALID_CA};
}

RuleFailure LeafConstraintsRule(X509* certificate,
                                const CertificatePlace& place) {
  if (place.role != CertificateRole::kLeaf) return {};
  if ((X509_get_extension_flags(certificate) & EXFLAG_CA) != 0) {
    return NoCa("is a CA's, not a server's (basicConstraints CA:TRUE)");
  }
  if (IsPublic(place) && X509_get_pathlen(certificate) >= 0) {
    return NoCa("has a path length without being a CA");
  }
  return {};
}

RuleFailure CaConstraintsRule(X509* certificate,
                              const CertificatePlace& place) {
  if (IsLeafRole(place.role) || IsVersion1Anchor(certificate, place)) return {};
  const uint32_t flags = X509_get_extension_flags(certificate);
  if ((flags & EXFLAG_BCONS) == 0 || (flags & EXFLAG_CA) == 0) {
    return NoCa("is not marked as a CA (basicConstraints CA:TRUE)");
  }
  if (IsPublic(place) &&
      !IsCriticalExtension(certificate, NID_basic_constraints) &&
      !IsOldPublicRoot(*certificate, place)) {
    return NoCa("does not mark its basicConstraints critical");
  }
  return {};
}

RuleFailure CaKeyUsageRule(X509* certificate, const CertificatePlace& place) {
  if (IsLeafRole(place.role)) return {};
  const bool present =
      (X509_get_extension_flags(certificate) & EXFLAG_KUSAGE) != 0;
  if (present &&
      (X509_get_key_usage(certificate) & X509v3_KU_KEY_CERT_SIGN) == 0) {
    return {"key-usage", "has a keyUsage without keyCertSign",
            X509_V_ERR_KEYUSAGE_NO_CERTSIGN};
  }
  if (!present && IsPublic(place) && !IsOldPublicRoot(*certificate, place)) {
    return {"key-usage", "has no keyUsage, which a public CA must have",
            X509_V_ERR_KEYUSAGE_NO_CERTSIGN};
  }
  return {};
}

RuleFailure LeafKeyUsageRule(X509* certificate, const CertificatePlace& place) {
  if (!IsLeafRole(place.role)) return {};
  const uint32_t flags = X509_get_extension_flags(certificate);
  if ((flags & EXFLAG_KUSAGE) == 0) return {};
  const uint32_t usage = X509_get_key_usage(certificate);
  if ((flags & EXFLAG_CA) == 0 && (usage & X509v3_KU_KEY_CERT_SIGN) != 0) {
    return {"key-usage", "may sign certificates without being a CA",
            X509_V_ERR_INVALID_PURPOSE};
  }
  uint32_t wanted = X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_KEY_AGREEMENT;
  if (place.purpose == Purpose::kServer) {
    wanted |= X509v3_KU_KEY_ENCIPHERMENT;
  }
  if ((usage & wanted) != 0) return {};
  return {"key-usage",
          "is not for TLS (keyUsage without digitalSignature, keyEncipherment "
          "or keyAgreement)",
          X509_V_ERR_INVALID_PURPOSE};
}

RuleFailure BadUsage(std::string clause) {
  return {"extended-key-usage", std::move(clause), X509_V_ERR_INVALID_PURPOSE};
}

RuleFailure ExtendedKeyUsageRule(X509* certificate,
                                 const CertificatePlace& place) {
  if ((X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE) == 0) return {};
  const uint32_t usage = X509_get_extended_key_usage(certificate);
  const bool server = place.purpose == Purpose::kServer;
  if ((usage & (server ? XKU_SSL_SERVER : XKU_SSL_CLIENT)) == 0) {
    return BadUsage(absl::StrCat("has an extended key usage without ",
                                 server ? "server" : "client",
                                 " authentication"));
  }
  if (!IsPublic(place)) return {};
  if (place.role == CertificateRole::kLeaf) {
    if ((usage & XKU_ANYEKU) != 0) {
      return BadUsage("has an extended key usage for any purpose");
    }
    if (IsCriticalExtension(certificate, NID_ext_key_usage)) {
      return BadUsage("marks its extended key usage critical");
    }
  }
  if (IsAnchorRole(place.role) && IsSelfIssued(*certificate)) {
    return BadUsage("is a public root with an extended key usage");
  }
  return {};
}

RuleFailure BadIdentifier(const char* rule, std::string clause) {
  return {rule, std::move(clause), X509_V_ERR_CERT_REJECTED};
}

// A public root's AKI, if it has one, is its own SKI and nothing else.
RuleFailure CheckRootAki(X509* certificate) {
  if (X509_get_ext_by_NID(certificate, NID_authority_key_identifier, -1) < 0) {
    return {};
  }
  const ASN1_OCTET_STRING* aki = X509_get0_authority_key_id(certificate);
  const ASN1_OCTET_STRING* ski = X509_get0_subject_key_id(certificate);
  if (aki != nullptr && ski != nullptr &&
      ASN1_OCTET_STRING_cmp(aki, ski) == 0 &&
      X509_get0_authority_issuer(certificate) == nullptr &&
      X509_get0_authority_serial(certificate) == nullptr) {
    return {};
  }
  return BadIdentifier("authority-key-identifier",
                       "is a root whose authority key identifier is not just "
                       "its subject key identifier");
}

RuleFailure KeyIdentifiersRule(X509* certificate,
                               const CertificatePlace& place) {
  if (!IsPublic(place) || IsOldPublicRoot(*certificate, place)) return {};
  if (!IsLeafRole(place.role) &&
      X509_get0_subject_key_id(certificate) == nullptr) {
    return BadIdentifier("subject-key-identifier",
                         "is a public CA's without subject key identifier");
  }
  if (IsAnchorRole(place.role) && IsSelfIssued(*certificate)) {
    return CheckRootAki(certificate);
  }
  if (X509_get0_authority_key_id(certificate) != nullptr) return {};
  return BadIdentifier("authority-key-identifier",
                       "does not identify its issuer's key (authority key "
                       "identifier)");
}

constexpr CertificateRule kRules[] = {
    &LeafConstraintsRule, &CaConstraintsRule,    &CaKeyUsageRule,
    &LeafKeyUsageRule,    &ExtendedKeyUsageRule, &KeyIdentifiersRule};

}  // namespace

absl::Span<const CertificateRule> UsageRules() { return kRules; }

}  // namespace pullgate::agent
