// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_tables.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

constexpr int kMinRsaBits = 2048;
// What one signature may cost is part of what a hostile chain may cost.
constexpr int kMaxRsaBits = 8192;
constexpr int kMaxRsaExponentBits = 32;

RuleFailure BadKey(std::string clause) {
  return {"key", std::move(clause), X509_V_ERR_CA_KEY_TOO_SMALL};
}

RuleFailure CheckRsaKey(const EVP_PKEY* key, AnchorKind kind) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return BadKey(absl::StrCat("has an RSA key that is too ",
                               bits < kMinRsaBits ? "small" : "large", ": ",
                               bits, " bits; ", kMinRsaBits, " to ",
                               kMaxRsaBits, " are accepted"));
  }
  if (kind == AnchorKind::kPublic && bits % 8 != 0) {
    return BadKey(absl::StrCat("has an RSA key of ", bits,
                               " bits, which is not a multiple of 8"));
  }
  BIGNUM* exponent = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent);
  const BignumPtr owned(exponent);
  if (exponent == nullptr || BN_is_odd(exponent) == 0 ||
      BN_is_one(exponent) == 1 || BN_num_bits(exponent) > kMaxRsaExponentBits) {
    DrainSslErrors();
    return BadKey(
        "has an RSA key whose exponent is not odd, above 1 and of "
        "at most 32 bits");
  }
  return {};
}

RuleFailure CheckEcKey(const EVP_PKEY* key) {
  char group[64] = {};
  int is_explicit = 0;
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                         &is_explicit);
  if (is_explicit != 0 ||
      EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) != 1) {
    DrainSslErrors();
    return BadKey("has a key on an unnamed curve");
  }
  const int curve = OBJ_sn2nid(group);
  if (curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 ||
      curve == NID_secp521r1) {
    return {};
  }
  return BadKey(absl::StrCat("has a key on the curve ", group,
                             "; P-256, P-384 and P-521 are accepted"));
}

RuleFailure KeyRule(X509* certificate, const CertificatePlace& place) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) {
    DrainSslErrors();
    return BadKey("has a key that does not parse");
  }
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return CheckRsaKey(key, place.kind);
    case EVP_PKEY_EC:
      return CheckEcKey(key);
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
      return {};
    default:
      return BadKey(
          "has a key of a kind that is not accepted (RSA, ECDSA, EdDSA are)");
  }
}

RuleFailure SameAlgorithmRule(X509* certificate,
                              const CertificatePlace& /*place*/) {
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(nullptr, &outer, certificate);
  if (X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(certificate)) == 0) return {};
  return {"signature-algorithm",
          "names one signature algorithm inside and another outside",
          X509_V_ERR_CERT_REJECTED};
}

RuleFailure SignatureAlgorithmRule(X509* certificate,
                                   const CertificatePlace& place) {
  // Nobody relies on the signature of an anchor.
  if (IsAnchorRole(place.role)) return {};
  int hash = NID_undef;
  int kind = NID_undef;
  if (X509_get_signature_info(certificate, &hash, &kind, nullptr, nullptr) ==
      1) {
    if (kind == NID_ED25519 || kind == NID_ED448) return {};
    if (hash == NID_sha256 || hash == NID_sha384 || hash == NID_sha512) {
      return {};
    }
  }
  DrainSslErrors();
  if (hash == NID_md5 || hash == NID_sha1) {
    return {"signature-algorithm",
            absl::StrCat("is signed with a hash that is too weak (",
                         OBJ_nid2ln(hash), ")"),
            X509_V_ERR_CA_MD_TOO_WEAK};
  }
  return {"signature-algorithm",
          "is signed with an algorithm that is not accepted (SHA-256, SHA-384 "
          "and SHA-512, and EdDSA, are)",
          X509_V_ERR_CA_MD_TOO_WEAK};
}

constexpr CertificateRule kRules[] = {&KeyRule, &SameAlgorithmRule,
                                      &SignatureAlgorithmRule};

}  // namespace

absl::Span<const CertificateRule> KeyRules() { return kRules; }

}  // namespace pullgate::agent
