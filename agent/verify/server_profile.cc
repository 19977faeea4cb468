// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/server_profile.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"

namespace pullgate::agent {
namespace {

constexpr int kMinRsaBits = 2048;

std::string EcKeyFailure(const EVP_PKEY* key) {
  char group[64] = {};
  if (EVP_PKEY_get_group_name(key, group, sizeof(group), nullptr) != 1) {
    DrainSslErrors();
    return "has a key on an unnamed curve";
  }
  const int curve = OBJ_sn2nid(group);
  if (curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 ||
      curve == NID_secp521r1) {
    return std::string();
  }
  return absl::StrCat("has a key on the curve ", group,
                      "; P-256, P-384 and P-521 are accepted");
}

std::string KeyFailure(const X509& certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (key == nullptr) {
    DrainSslErrors();
    return "has a key that does not parse";
  }
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      if (EVP_PKEY_get_bits(key) >= kMinRsaBits) return std::string();
      return absl::StrCat("has an RSA key of ", EVP_PKEY_get_bits(key),
                          " bits; at least ", kMinRsaBits, " are accepted");
    case EVP_PKEY_EC:
      return EcKeyFailure(key);
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
      return std::string();
    default:
      return "has a key of a kind that is not accepted (RSA, ECDSA, EdDSA are)";
  }
}

// Takes a non-const certificate, as OpenSSL caches what it decodes.
std::string UsageFailure(X509* certificate) {
  const uint32_t flags = X509_get_extension_flags(certificate);
  if ((flags & EXFLAG_XKUSAGE) == 0) return std::string();
  const uint32_t usage = X509_get_extended_key_usage(certificate);
  if ((usage & XKU_SSL_SERVER) != 0) return std::string();
  return "has an extended key usage without server authentication";
}

// `depth`: 0 for the leaf.
std::string About(size_t depth, const X509& certificate, std::string failure) {
  if (depth == 0) return failure;
  return absl::StrCat("is vouched for by ",
                      DescribeName(X509_get_subject_name(&certificate)),
                      ", which ", failure);
}

}  // namespace

std::string ServerProfileFailure(const std::vector<X509*>& chain,
                                 AnchorKind anchor) {
  for (size_t depth = 0; depth < chain.size(); ++depth) {
    std::string failure = KeyFailure(*chain[depth]);
    if (failure.empty()) failure = UsageFailure(chain[depth]);
    if (!failure.empty()) return About(depth, *chain[depth], failure);
  }
  const bool leaf_is_anchor =
      chain.size() == 1 && anchor == AnchorKind::kPolicy;
  const bool leaf_is_ca =
      (X509_get_extension_flags(chain.front()) & EXFLAG_CA) != 0;
  if (leaf_is_ca && !leaf_is_anchor) {
    return "is a CA's, not a server's (basicConstraints CA:TRUE)";
  }
  return std::string();
}

}  // namespace pullgate::agent
