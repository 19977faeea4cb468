// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_tables.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/subject_alt_names.h"

namespace pullgate::agent {
namespace {

constexpr int kMaxSerialBytes = 20;
// Real ones have about ten.
constexpr int kMaxExtensions = 64;

// What this verifier acts on, so that they may be critical.
constexpr int kProcessed[] = {
    NID_basic_constraints,      NID_key_usage,
    NID_ext_key_usage,          NID_subject_alt_name,
    NID_issuer_alt_name,        NID_name_constraints,
    NID_policy_constraints,     NID_certificate_policies,
    NID_policy_mappings,        NID_inhibit_any_policy,
    NID_crl_distribution_points};
// What RFC 5280 forbids to be critical.
constexpr int kNeverCritical[] = {NID_authority_key_identifier,
                                  NID_subject_key_identifier, NID_info_access,
                                  NID_sinfo_access, NID_freshest_crl};
// What OpenSSL does not decode by itself before it is used.
constexpr int kDecodedHere[] = {
    NID_info_access,        NID_sinfo_access,    NID_certificate_policies,
    NID_policy_constraints, NID_policy_mappings, NID_inhibit_any_policy,
    NID_issuer_alt_name,    NID_freshest_crl};

template <size_t kSize>
bool IsOneOf(int nid, const int (&nids)[kSize]) {
  return std::find(std::begin(nids), std::end(nids), nid) != std::end(nids);
}

RuleFailure Bad(const char* rule, std::string clause,
                int error = X509_V_ERR_CERT_REJECTED) {
  return {rule, std::move(clause), error};
}

RuleFailure VersionRule(X509* certificate, const CertificatePlace& place) {
  const long version = X509_get_version(certificate);  // NOLINT: its type
  if (version == X509_VERSION_3) return {};
  const bool has_extensions = X509_get_ext_count(certificate) > 0;
  if (IsAnchorRole(place.role) && place.kind == AnchorKind::kPolicy &&
      !has_extensions) {
    return {};
  }
  return Bad("version",
             absl::StrCat("is of version ", version + 1, ", not 3",
                          has_extensions ? ", and has extensions" : ""),
             X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE);
}

RuleFailure SerialRule(X509* certificate, const CertificatePlace& place) {
  if (IsAnchorRole(place.role)) return {};
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  const auto* const bytes = ASN1_STRING_get0_data(serial);
  const int size = ASN1_STRING_length(serial);
  // DER has a leading zero octet where the first bit is set.
  const bool padded = size > 0 && bytes[0] >= 0x80;
  if (size + (padded ? 1 : 0) > kMaxSerialBytes) {
    return Bad("serial", "has a serial number of more than 20 octets");
  }
  const bool zero =
      std::all_of(bytes, bytes + size, [](unsigned char b) { return b == 0; });
  if (place.kind == AnchorKind::kPublic &&
      (zero || ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)) {
    return Bad("serial", "has a serial number that is not positive");
  }
  return {};
}

bool IsEmpty(const X509_NAME* name) { return X509_NAME_entry_count(name) == 0; }

RuleFailure NamesRule(X509* certificate, const CertificatePlace& place) {
  if (IsEmpty(X509_get_issuer_name(certificate))) {
    return Bad("names", "has an empty issuer name");
  }
  if (!IsEmpty(X509_get_subject_name(certificate))) return {};
  if (!IsLeafRole(place.role)) {
    return Bad("names", "is a CA's with an empty subject name");
  }
  const int san = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
  if (place.kind == AnchorKind::kPublic &&
      (san < 0 ||
       X509_EXTENSION_get_critical(X509_get_ext(certificate, san)) == 0)) {
    return Bad("names",
               "has an empty subject, and does not mark its subject "
               "alternative names critical");
  }
  return {};
}

bool Decodes(const X509_EXTENSION* extension) {
  const X509V3_EXT_METHOD* method =
      X509V3_EXT_get(const_cast<X509_EXTENSION*>(extension));
  void* const value = X509V3_EXT_d2i(const_cast<X509_EXTENSION*>(extension));
  if (value == nullptr) {
    DrainSslErrors();
    return false;
  }
  ASN1_item_free(static_cast<ASN1_VALUE*>(value), ASN1_ITEM_ptr(method->it));
  return true;
}

std::string NameOf(const X509_EXTENSION* extension) {
  char text[80] = {};
  OBJ_obj2txt(text, sizeof(text),
              X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(extension)),
              0);
  return text;
}

RuleFailure CheckExtension(const X509_EXTENSION* extension) {
  const int nid = OBJ_obj2nid(
      X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(extension)));
  if (IsOneOf(nid, kDecodedHere) && !Decodes(extension)) {
    return Bad("extensions",
               absl::StrCat("has a malformed extension: ", NameOf(extension)));
  }
  if (X509_EXTENSION_get_critical(extension) == 0) return {};
  if (IsOneOf(nid, kNeverCritical)) {
    return Bad("extensions", absl::StrCat("marks an extension critical that "
                                          "must not be: ",
                                          NameOf(extension)));
  }
  if (IsOneOf(nid, kProcessed)) return {};
  return Bad("extensions",
             absl::StrCat("has a critical extension that is not understood: ",
                          NameOf(extension)),
             X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
}

bool HasTwice(const X509* certificate, int index) {
  const ASN1_OBJECT* const kind =
      X509_EXTENSION_get_object(X509_get_ext(certificate, index));
  return X509_get_ext_by_OBJ(certificate, kind, index) >= 0;
}

RuleFailure ExtensionsRule(X509* certificate,
                           const CertificatePlace& /*place*/) {
  const int count = X509_get_ext_count(certificate);
  if (count > kMaxExtensions) {
    return Bad("extensions",
               absl::StrCat("has ", count, " extensions; at most ",
                            kMaxExtensions, " are read"));
  }
  for (int i = 0; i < count; ++i) {
    if (HasTwice(certificate, i)) {
      return Bad("extensions",
                 absl::StrCat("has an extension twice: ",
                              NameOf(X509_get_ext(certificate, i))));
    }
  }
  if ((X509_get_extension_flags(certificate) &
       (EXFLAG_INVALID | EXFLAG_PROXY)) != 0) {
    DrainSslErrors();
    return Bad("extensions", "has a malformed extension",
               X509_V_ERR_INVALID_EXTENSION);
  }
  for (int i = 0; i < count; ++i) {
    if (RuleFailure failure = CheckExtension(X509_get_ext(certificate, i))) {
      return failure;
    }
  }
  return {};
}

// The text that stands for an address in a common name.
std::string AddressText(const std::string& octets) {
  char text[INET6_ADDRSTRLEN] = {};
  if (octets.size() == 4) {
    inet_ntop(AF_INET, octets.data(), text, sizeof(text));
  } else if (octets.size() == 16) {
    inet_ntop(AF_INET6, octets.data(), text, sizeof(text));
  }
  return text;
}

// A common name that somebody could take for an address, in any spelling.
bool LooksLikeAnAddress(absl::string_view name) {
  if (name.find(':') != absl::string_view::npos) return true;
  const size_t dot = name.rfind('.');
  return dot != absl::string_view::npos && dot + 1 < name.size() &&
         absl::ascii_isdigit(name[dot + 1]);
}

// Whether a common name is a copy of a SAN, or nobody's idea of a host. Two
// things that CAs do besides: the domain of a wildcard SAN, and a domain name
// where the certificate is for no domain name at all.
bool IsHarmless(const std::string& common_name, const SubjectAltNames& names) {
  const auto is_dns_name = [&](const std::string& name) {
    return std::find(names.dns_names.begin(), names.dns_names.end(), name) !=
           names.dns_names.end();
  };
  if (LooksLikeAnAddress(common_name)) {
    return std::any_of(names.ip_addresses.begin(), names.ip_addresses.end(),
                       [&](const std::string& octets) {
                         return AddressText(octets) == common_name;
                       });
  }
  return common_name.find('.') == std::string::npos ||
         std::any_of(common_name.begin(), common_name.end(),
                     absl::ascii_isspace) ||
         names.dns_names.empty() || is_dns_name(common_name) ||
         is_dns_name("*." + common_name);
}

RuleFailure CommonNameRule(X509* certificate, const CertificatePlace& place) {
  if (place.kind != AnchorKind::kPublic ||
      place.role != CertificateRole::kLeaf ||
      place.purpose != Purpose::kServer) {
    return {};
  }
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  const SubjectAltNames names = ReadSubjectAltNames(*certificate);
  for (; at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(
        &utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    const std::string common_name(reinterpret_cast<char*>(utf8),
                                  size > 0 ? size : 0);
    OPENSSL_free(utf8);
    if (!IsHarmless(common_name, names)) {
      return Bad("common-name",
                 "has a common name that is no copy of one of its subject "
                 "alternative names");
    }
  }
  return {};
}

constexpr CertificateRule kRules[] = {&VersionRule, &SerialRule, &NamesRule,
                                      &ExtensionsRule, &CommonNameRule};

}  // namespace

absl::Span<const CertificateRule> FormRules() { return kRules; }

}  // namespace pullgate::agent
