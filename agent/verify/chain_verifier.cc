// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/chain_verifier.h"

#include <openssl/asn1.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/verify/path_checker.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_errors.h"

namespace pullgate::agent {
namespace {

// How likely a certificate is the issuer, by key identifiers: 0 is best.
int Mismatch(const X509* certificate, const X509* issuer) {
  const ASN1_OCTET_STRING* wanted =
      X509_get0_authority_key_id(const_cast<X509*>(certificate));
  const ASN1_OCTET_STRING* given =
      X509_get0_subject_key_id(const_cast<X509*>(issuer));
  if (wanted == nullptr || given == nullptr) return 1;
  return ASN1_OCTET_STRING_cmp(wanted, given) == 0 ? 0 : 2;
}

// Whether both are certificates of one CA key under one name. A path with two
// of them is never valid where the shorter one without the detour is not.
bool SameCa(const X509* a, const X509* b) {
  const ASN1_BIT_STRING* const key_a = X509_get0_pubkey_bitstr(a);
  const ASN1_BIT_STRING* const key_b = X509_get0_pubkey_bitstr(b);
  return X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)) ==
             0 &&
         ASN1_STRING_cmp(key_a, key_b) == 0;
}

// One search. Its certificates are not owned.
class Search {
 public:
  explicit Search(const ChainRequest& request)
      : request_(request),
        bundle_(*request.anchors->bundle),
        checker_(request.purpose, request.now, request.max_intermediates) {
    for (int i = 0; i < sk_X509_num(request.presented); ++i) {
      AddPresented(sk_X509_value(request.presented, i));
    }
  }

  RuleFailure Run() {
    path_.push_back(request_.leaf);
    const std::vector<int>& entries = request_.anchors->entries;
    const bool leaf_is_anchor = bundle_.IsPolicyAnchor(*request_.leaf, entries);
    if (leaf_is_anchor && Accept(request_.leaf, AnchorKind::kPolicy)) return {};
    if (Extend()) return {};
    if (steps_left_ == 0 || paths_left_ == 0) {
      absl::StrAppend(&best_.failure.clause,
                      " (the first of many ways to build "
                      "its chain; not all were tried)");
    }
    return std::move(best_.failure);
  }

 private:
  // How far a path got that is not valid.
  enum class Stage { kNothing, kNoIssuer, kBadIntermediate, kWhole };

  // Refuses from the start.
  struct Best {
    Stage stage = Stage::kNothing;
    RuleFailure failure = {"trust", "leads to no trusted CA",
                           X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY};
  };

  void AddPresented(X509* certificate) {
    const auto same = [&](X509* other) {
      return X509_cmp(other, certificate) == 0;
    };
    if (same(request_.leaf) ||
        std::any_of(presented_.begin(), presented_.end(), same)) {
      return;
    }
    presented_.push_back(certificate);
  }

  // Extends the path by every possible issuer of its last certificate, until
  // one leads to a valid path.
  bool Extend() {
    X509* const last = path_.back();
    std::vector<TrustAnchor> anchors = bundle_.AnchorsNamed(
        X509_get_issuer_name(last), request_.anchors->entries);
    std::stable_sort(anchors.begin(), anchors.end(),
                     [&](const TrustAnchor& a, const TrustAnchor& b) {
                       return Mismatch(last, a.certificate) <
                              Mismatch(last, b.certificate);
                     });
    for (const TrustAnchor& anchor : anchors) {
      if (X509_cmp(anchor.certificate, last) == 0) continue;
      if (checker_.KnownUnsigned(last, anchor.certificate)) continue;
      if (!TakeStep()) return false;
      path_.push_back(anchor.certificate);
      const bool accepted =
          Accept(anchor.certificate,
                 anchor.of_policy ? AnchorKind::kPolicy : AnchorKind::kPublic);
      path_.pop_back();
      if (accepted) return true;
    }
    const std::vector<X509*> issuers = PresentedIssuers(last);
    if (anchors.empty() && issuers.empty()) NoteNoIssuer();
    return std::any_of(issuers.begin(), issuers.end(),
                       [&](X509* issuer) { return ExtendBy(issuer); });
  }

  bool ExtendBy(X509* issuer) {
    if (!TakeStep()) return false;
    path_.push_back(issuer);
    bool accepted = false;
    if (RuleFailure failure = checker_.CheckIntermediate(issuer)) {
      Note(Stage::kBadIntermediate, std::move(failure), path_.size() - 1);
    } else if (path_.size() <= kMaxDepth) {
      accepted = Extend();
    }
    path_.pop_back();
    return accepted;
  }

  std::vector<X509*> PresentedIssuers(X509* last) const {
    std::vector<X509*> issuers;
    for (X509* one : presented_) {
      if (X509_NAME_cmp(X509_get_subject_name(one),
                        X509_get_issuer_name(last)) != 0 ||
          checker_.KnownUnsigned(last, one) ||
          std::any_of(path_.begin() + 1, path_.end(),
                      [&](X509* other) { return SameCa(one, other); })) {
        continue;
      }
      issuers.push_back(one);
    }
    std::stable_sort(issuers.begin(), issuers.end(), [&](X509* a, X509* b) {
      return Mismatch(last, a) < Mismatch(last, b);
    });
    return issuers;
  }

  // Whether path_, which ends at that anchor, is valid.
  bool Accept(X509* anchor, AnchorKind kind) {
    if (paths_left_ == 0) return false;
    --paths_left_;
    std::vector<X509_CRL*> crls;
    if (kind == AnchorKind::kPolicy) {
      crls = bundle_.CrlsFor(*anchor, request_.anchors->entries);
    }
    PathFailure failure = checker_.CheckPath(path_, kind, crls);
    if (!failure) return true;
    Note(Stage::kWhole, std::move(failure.failure), failure.depth);
    return false;
  }

  bool TakeStep() {
    if (steps_left_ == 0 || paths_left_ == 0) return false;
    --steps_left_;
    return true;
  }

  void NoteNoIssuer() {
    const X509* const last = path_.back();
    const bool alone = path_.size() == 1;
    if (IsSelfIssued(*last)) {
      return Note(Stage::kNoIssuer,
                  {"trust",
                   alone ? "is self-signed and not among the trusted CAs"
                         : "is not among the trusted CAs",
                   alone ? X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
                         : X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
                  path_.size() - 1);
    }
    Note(Stage::kNoIssuer,
         {"trust",
          absl::StrCat(
              "is issued by ", DescribeName(X509_get_issuer_name(last)),
              ", which is not among the trusted CAs and was not presented"),
          X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
         path_.size() - 1);
  }

  void Note(Stage stage, RuleFailure failure, size_t depth) {
    if (stage <= best_.stage) return;
    best_.stage = stage;
    if (depth > 0) {
      failure.clause = absl::StrCat(
          "leads to ", DescribeName(X509_get_subject_name(path_[depth])),
          ", which ", failure.clause);
    }
    best_.failure = std::move(failure);
  }

  // A path has self-issued certificates besides.
  static constexpr size_t kMaxDepth = 2 * kMaxIntermediates;

  const ChainRequest& request_;
  const TrustBundle& bundle_;
  PathChecker checker_;
  std::vector<X509*> presented_;  // each once, without the leaf
  std::vector<X509*> path_;       // leaf first
  Best best_;
  int steps_left_ = kMaxSearchSteps;
  int paths_left_ = kMaxPaths;
};

}  // namespace

RuleFailure VerifyChain(const ChainRequest& request) {
  const int presented =
      request.presented == nullptr ? 0 : sk_X509_num(request.presented);
  if (request.anchors->bundle == nullptr) {
    return {"trust", "cannot be checked without a trust bundle",
            X509_V_ERR_UNSPECIFIED};
  }
  if (presented > kMaxPresentedCertificates) {
    return {"effort",
            absl::StrCat("came with ", presented, " certificates; at most ",
                         kMaxPresentedCertificates, " are read"),
            X509_V_ERR_CERT_CHAIN_TOO_LONG};
  }
  RuleFailure failure = Search(request).Run();
  DrainSslErrors();
  return failure;
}

}  // namespace pullgate::agent
