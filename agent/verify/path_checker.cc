// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/path_checker.h"

#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/verify/certificate_rules.h"
#include "agent/verify/name_constraints.h"
#include "agent/verify/revocation.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

CertificateRole RoleAt(size_t depth, size_t size) {
  if (size == 1) return CertificateRole::kLeafAndAnchor;
  if (depth == 0) return CertificateRole::kLeaf;
  return depth + 1 == size ? CertificateRole::kAnchor
                           : CertificateRole::kIntermediate;
}

// The public key with its algorithm and parameters, as DER.
std::string KeyOf(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  std::string key(reinterpret_cast<char*>(der), size > 0 ? size : 0);
  OPENSSL_free(der);
  return key;
}

RuleFailure TooManySignatures() {
  return {"effort",
          absl::StrCat("needs more than ", kMaxSignatures,
                       " signatures to be checked"),
          X509_V_ERR_CERT_CHAIN_TOO_LONG};
}

// With every policy acceptable from the start, policies can refuse a path only
// where a certificate of it demands one (RFC 5280 §6.1.5 (a)).
bool DemandsAPolicy(const std::vector<X509*>& path) {
  return std::any_of(path.begin(), path.end(), [](const X509* certificate) {
    return X509_get_ext_by_NID(certificate, NID_policy_constraints, -1) >= 0;
  });
}

}  // namespace

RuleFailure PathChecker::CheckOne(X509* certificate, CertificateRole role,
                                  AnchorKind kind) {
  const auto [found, added] =
      certificates_.try_emplace({certificate, role, kind});
  if (added) {
    found->second = CheckCertificate(certificate, {role, kind, purpose_, now_});
  }
  return found->second;
}

PathFailure PathChecker::CheckLengths(const std::vector<X509*>& path) const {
  int below = 0;  // intermediates that are not self-issued
  for (size_t depth = 1; depth < path.size(); ++depth) {
    const long limit = X509_get_pathlen(path[depth]);  // NOLINT: its type
    if (limit >= 0 && below > limit) {
      return {{"path-length", "exceeds its path length constraint",
               X509_V_ERR_PATH_LENGTH_EXCEEDED},
              depth};
    }
    const bool intermediate = depth + 1 < path.size();
    if (intermediate && !IsSelfIssued(*path[depth])) ++below;
  }
  if (below <= max_intermediates_) return {};
  return {{"path-length",
           absl::StrCat("has more than ", max_intermediates_,
                        " intermediates above it"),
           X509_V_ERR_CERT_CHAIN_TOO_LONG},
          0};
}

bool PathChecker::KnownUnsigned(X509* certificate, X509* issuer) const {
  if (signatures_.empty()) return false;
  const auto found = signatures_.find({certificate, KeyOf(issuer)});
  return found != signatures_.end() && !found->second;
}

RuleFailure PathChecker::CheckSignature(X509* certificate, X509* issuer) {
  const auto [found, added] =
      signatures_.try_emplace({certificate, KeyOf(issuer)});
  if (added) {
    if (--signatures_left_ < 0) {
      signatures_.erase(found);
      return TooManySignatures();
    }
    found->second = X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
    if (!found->second) DrainSslErrors();
  }
  if (found->second) return {};
  return {"signature",
          absl::StrCat("is not signed by the key of ",
                       DescribeName(X509_get_issuer_name(certificate)),
                       ", although it says so"),
          X509_V_ERR_CERT_SIGNATURE_FAILURE};
}

// From the leaf up: a stranger of the issuer's name is out after one signature.
PathFailure PathChecker::CheckSignatures(const std::vector<X509*>& path) {
  for (size_t issuer = 1; issuer < path.size(); ++issuer) {
    RuleFailure failure = CheckSignature(path[issuer - 1], path[issuer]);
    if (failure) return {std::move(failure), issuer - 1};
  }
  return {};
}

PathFailure PathChecker::CheckPolicies(const std::vector<X509*>& path) {
  if (!DemandsAPolicy(path)) return {};
  if (--policy_checks_left_ < 0) {
    return {{"effort",
             absl::StrCat("needs certificate policies to be worked out more "
                          "than ",
                          kMaxPolicyChecks, " times"),
             X509_V_ERR_CERT_CHAIN_TOO_LONG},
            0};
  }
  const X509StackPtr chain(sk_X509_new_null());
  for (X509* certificate : path) sk_X509_push(chain.get(), certificate);
  const ObjectStackPtr acceptable(sk_ASN1_OBJECT_new_null());
  sk_ASN1_OBJECT_push(acceptable.get(), OBJ_nid2obj(NID_any_policy));
  X509_POLICY_TREE* tree = nullptr;
  int explicit_policy = 0;
  const int result = X509_policy_check(&tree, &explicit_policy, chain.get(),
                                       acceptable.get(), /*flags=*/0);
  X509_policy_tree_free(tree);
  DrainSslErrors();
  if (result == X509_PCY_TREE_VALID) return {};
  return {{"policies",
           "is under a CA that demands a certificate policy, and its chain has "
           "none in common",
           X509_V_ERR_NO_EXPLICIT_POLICY},
          0};
}

PathFailure PathChecker::CheckRevocationOf(const std::vector<X509*>& path,
                                           const std::vector<X509_CRL*>& crls) {
  if (crls.empty()) return {};
  // One list a certificate, and asking OpenSSL repeats the path's signatures.
  signatures_left_ -= 2 * static_cast<int>(path.size() - 1);
  if (signatures_left_ < 0) return {TooManySignatures(), 0};
  return CheckRevocation(path, crls, now_);
}

PathFailure PathChecker::CheckPath(const std::vector<X509*>& path,
                                   AnchorKind kind,
                                   const std::vector<X509_CRL*>& crls) {
  for (size_t depth = path.size(); depth-- > 0;) {
    RuleFailure failure =
        CheckOne(path[depth], RoleAt(depth, path.size()), kind);
    if (failure) return {std::move(failure), depth};
  }
  if (PathFailure failure = CheckLengths(path)) return failure;
  if (PathFailure failure = CheckSignatures(path)) return failure;
  if (PathFailure failure = CheckNameConstraints(path, comparisons_left_)) {
    return failure;
  }
  if (PathFailure failure = CheckPolicies(path)) return failure;
  return CheckRevocationOf(path, crls);
}

}  // namespace pullgate::agent
