// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/certificate_index.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

// OpenSSL orders names by their canonical form; any order will do.
struct BySubject {
  bool operator()(const X509Ptr& a, const X509Ptr& b) const {
    return X509_NAME_cmp(X509_get_subject_name(a.get()),
                         X509_get_subject_name(b.get())) < 0;
  }
  bool operator()(const X509Ptr& a, const X509_NAME* b) const {
    return X509_NAME_cmp(X509_get_subject_name(a.get()), b) < 0;
  }
  bool operator()(const X509_NAME* a, const X509Ptr& b) const {
    return X509_NAME_cmp(a, X509_get_subject_name(b.get())) < 0;
  }
};

}  // namespace

CertificateIndex::CertificateIndex(const std::vector<X509Ptr>& certificates) {
  for (const X509Ptr& certificate : certificates) {
    by_subject_.push_back(ShareX509(certificate.get()));
  }
  std::stable_sort(by_subject_.begin(), by_subject_.end(), BySubject());
}

std::pair<CertificateIndex::Iterator, CertificateIndex::Iterator>
CertificateIndex::WithSubject(const X509_NAME* subject) const {
  return std::equal_range(by_subject_.begin(), by_subject_.end(), subject,
                          BySubject());
}

bool CertificateIndex::Contains(const X509& certificate) const {
  const auto [begin, end] = WithSubject(X509_get_subject_name(&certificate));
  return std::any_of(begin, end, [&](const X509Ptr& one) {
    return X509_cmp(one.get(), &certificate) == 0;
  });
}

}  // namespace pullgate
