// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/trust_advice.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/verify/certificate_verifier.h"
#include "agent/verify/chain_verifier.h"
#include "common/crypto/ca_entry.h"
#include "common/crypto/certificate_info.h"
#include "common/crypto/ssl_ptr.h"
#include "common/crypto/trust_bundle.h"
#include "common/policy/finding.h"

namespace pullgate::agent {
namespace {

bool IsIssuerOf(X509* issuer, X509* certificate) {
  return X509_check_issued(issuer, certificate) == X509_V_OK;
}

// By name: whether it may issue anything is another matter.
bool IsSelfIssued(const X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate),
                       X509_get_issuer_name(certificate)) == 0;
}

// From the leaf upwards as far as certificates are there.
X509* TopOf(X509* leaf, STACK_OF(X509) * presented) {
  X509* top = leaf;
  const int size = presented == nullptr ? 0 : sk_X509_num(presented);
  // So many steps at most: who goes in circles ends somewhere.
  for (int step = 0; step < size && !IsSelfIssued(top); ++step) {
    for (int i = 0; i < size; ++i) {
      X509* const candidate = sk_X509_value(presented, i);
      if (candidate == top || !IsIssuerOf(candidate, top)) continue;
      top = candidate;
      break;
    }
  }
  return top;
}

std::string PemOf(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), certificate) != 1) {
    return std::string();
  }
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// Whether a policy could have it among its CAs.
bool MayBeTrusted(const std::string& pem, absl::Time now) {
  const CaEntry entry = ParseCaEntry(pem, "", now);
  return std::none_of(entry.findings.begin(), entry.findings.end(),
                      [](const Finding& finding) {
                        return finding.severity == Severity::kError;
                      });
}

// Whether the anchors have one by the name of its issuer.
bool IsAnchored(const X509& certificate, const TrustAnchors& anchors) {
  return anchors.bundle != nullptr &&
         !anchors.bundle
              ->AnchorsNamed(X509_get_issuer_name(&certificate),
                             anchors.entries)
              .empty();
}

}  // namespace

TrustAdvice AdviseTrust(X509* leaf, STACK_OF(X509) * presented,
                        const TrustAnchors& anchors,
                        const RegistryHost& reference, absl::Time now) {
  TrustAdvice advice;
  if (presented != nullptr &&
      sk_X509_num(presented) > kMaxPresentedCertificates) {
    advice.remaining_failure = "comes with more certificates than are read";
    return advice;
  }
  X509* const top = TopOf(leaf, presented);
  if (!IsSelfIssued(top)) {
    advice.issuer_to_obtain = DescribeName(X509_get_issuer_name(top));
  }
  const std::string pem = PemOf(top);
  const bool trustable = MayBeTrusted(pem, now);
  if (trustable) {
    advice.to_trust = DescribeCertificate(*top);
    advice.pem = pem;
  }
  std::vector<std::vector<X509Ptr>> entries(1);
  entries[0].push_back(ShareX509(top));
  const TrustBundle bundle("advice", entries, nullptr);
  const CertificateVerdict verdict =
      VerifyServerCertificate(leaf, presented, {&bundle, {0}}, reference, now);
  advice.remaining_failure = verdict.failure;
  if (!verdict.verified && IsAnchored(*top, anchors)) {
    advice.issuer_to_obtain.clear();
    advice.to_trust.reset();
    advice.pem.clear();
  }
  if (!trustable && verdict.verified && advice.issuer_to_obtain.empty()) {
    advice.remaining_failure = "is its own issuer and no CA";
  }
  return advice;
}

}  // namespace pullgate::agent
