// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/certificate_verifier.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/verify/name_match.h"
#include "agent/verify/server_profile.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {
namespace {

constexpr int kMaxCas = 8;
// OpenSSL's security level 2: 112 bits, so neither SHA-1 nor MD5 signatures nor
// RSA below 2048 bits.
constexpr int kAuthLevel = 2;

struct Failure {
  std::string clause;  // empty: none
  int x509_error = X509_V_OK;
};

// `now` in whole seconds: a certificate is valid to the end of the second that
// it names (RFC 5280 §4.1.2.5).
std::string ValidityFailure(const X509& certificate, absl::Time now) {
  const absl::Time not_before = NotBefore(certificate);
  const absl::Time not_after = NotAfter(certificate);
  if (not_before == absl::InfiniteFuture() ||
      not_after == absl::InfinitePast()) {
    return "has a malformed validity";
  }
  if (now < not_before) {
    return absl::StrCat("is not valid before ", DescribeDate(not_before));
  }
  if (now > not_after) {
    return absl::StrCat("expired on ", DescribeDate(not_after));
  }
  return std::string();
}

// What failed at `certificate`, where OpenSSL gave up.
std::string Explain(int error, const X509& certificate, absl::Time now) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ValidityFailure(certificate, now);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "is self-signed and not among the trusted CAs";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "is not among the trusted CAs";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return absl::StrCat(
          "is issued by ", DescribeName(X509_get_issuer_name(&certificate)),
          ", which is not among the trusted CAs and was not presented");
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return absl::StrCat("is not signed by the key of ",
                          DescribeName(X509_get_issuer_name(&certificate)),
                          ", although it says so");
    case X509_V_ERR_INVALID_PURPOSE:
      return "is not for server authentication (key usage or extended key "
             "usage)";
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return "is signed with a hash that is too weak (SHA-1 or MD5)";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return "has a key that is too small (RSA from 2048 bits, ECDSA from 256)";
    default:
      return absl::StrCat("does not verify: ",
                          X509_verify_cert_error_string(error));
  }
}

// OpenSSL counts the last second of validity as past. Everything else stays as
// it found it.
int OnChainError(int ok, X509_STORE_CTX* context) {
  const X509* const current = X509_STORE_CTX_get_current_cert(context);
  if (ok == 1 || current == nullptr ||
      X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_HAS_EXPIRED) {
    return ok;
  }
  const time_t now =
      X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(context));
  if (NotAfter(*current) != absl::FromTimeT(now)) return 0;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

Failure ChainFailure(X509_STORE_CTX* context, absl::Time now) {
  const int error = X509_STORE_CTX_get_error(context);
  const int depth = X509_STORE_CTX_get_error_depth(context);
  const X509* const current = X509_STORE_CTX_get_current_cert(context);
  DrainSslErrors();
  if (current == nullptr) {
    return {
        absl::StrCat("does not verify: ", X509_verify_cert_error_string(error)),
        error};
  }
  std::string clause = Explain(error, *current, now);
  if (depth > 0) {
    clause =
        absl::StrCat("leads to ", DescribeName(X509_get_subject_name(current)),
                     ", which ", clause);
  }
  return {std::move(clause), error};
}

Failure ProfileFailure(X509_STORE_CTX* context, const TrustAnchors& anchors) {
  STACK_OF(X509)* const built = X509_STORE_CTX_get0_chain(context);
  std::vector<X509*> chain;
  chain.reserve(sk_X509_num(built));
  for (int i = 0; i < sk_X509_num(built); ++i) {
    chain.push_back(sk_X509_value(built, i));
  }
  const bool of_policy =
      anchors.bundle->IsPolicyAnchor(*chain.back(), anchors.entries);
  std::string clause = ServerProfileFailure(
      chain, of_policy ? AnchorKind::kPolicy : AnchorKind::kPublic);
  if (clause.empty()) return {};
  return {std::move(clause), X509_V_ERR_INVALID_PURPOSE};
}

// Everything but the name.
Failure VerifyChain(X509* leaf, STACK_OF(X509) * presented,
                    const TrustAnchors& anchors, absl::Time now) {
  const X509StorePtr store = anchors.bundle->StoreFor(anchors.entries);
  const X509StoreCtxPtr context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf, presented) != 1) {
    return {absl::StrCat("could not be checked: ", DrainSslErrors()),
            X509_V_ERR_UNSPECIFIED};
  }
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(now));
  X509_STORE_CTX_set_verify_cb(context.get(), &OnChainError);
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_depth(param, kMaxCas);
  X509_VERIFY_PARAM_set_auth_level(param, kAuthLevel);
  // No name is given to OpenSSL to match; this keeps the subject out of name
  // constraints too.
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (X509_verify_cert(context.get()) != 1) {
    return ChainFailure(context.get(), now);
  }
  return ProfileFailure(context.get(), anchors);
}

}  // namespace

CertificateVerdict VerifyServerCertificate(X509* leaf,
                                           STACK_OF(X509) * presented,
                                           const TrustAnchors& anchors,
                                           const RegistryHost& reference,
                                           absl::Time now) {
  CertificateVerdict verdict;
  if (anchors.bundle == nullptr) {
    verdict.failure = "cannot be checked without a trust bundle";
    return verdict;
  }
  if (presented != nullptr &&
      sk_X509_num(presented) > kMaxPresentedCertificates) {
    verdict.failure = absl::StrCat("came with ", sk_X509_num(presented),
                                   " certificates; at most ",
                                   kMaxPresentedCertificates, " are read");
    verdict.x509_error = X509_V_ERR_CERT_CHAIN_TOO_LONG;
    return verdict;
  }
  now = absl::FromTimeT(absl::ToTimeT(now));
  std::vector<std::string> causes;
  const Failure chain = VerifyChain(leaf, presented, anchors, now);
  if (!chain.clause.empty()) causes.push_back(chain.clause);
  const std::string validity = ValidityFailure(*leaf, now);
  if (!validity.empty() && validity != chain.clause) causes.push_back(validity);
  const std::string mismatch = NameMismatch(*leaf, reference);
  if (!mismatch.empty()) causes.push_back(mismatch);
  verdict.failure = absl::StrJoin(causes, ", and ");
  verdict.verified = causes.empty();
  verdict.x509_error = verdict.verified ? X509_V_OK
                       : chain.x509_error != X509_V_OK
                           ? chain.x509_error
                           : X509_V_ERR_HOSTNAME_MISMATCH;
  return verdict;
}

}  // namespace pullgate::agent
