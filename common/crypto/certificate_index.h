// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_CERTIFICATE_INDEX_H_
#define PULLGATE_COMMON_CRYPTO_CERTIFICATE_INDEX_H_

#include <openssl/x509.h>

#include <utility>
#include <vector>

#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// Certificates to be found by their subject. Immutable; thread-safe.
class CertificateIndex {
 public:
  CertificateIndex() = default;
  explicit CertificateIndex(const std::vector<X509Ptr>& certificates);

  // Those with that subject (RFC 5280 §7.1: case and inner white space do not
  // count), as a range. Owned by the index.
  using Iterator = std::vector<X509Ptr>::const_iterator;
  std::pair<Iterator, Iterator> WithSubject(const X509_NAME* subject) const;

  // Whether this very certificate, by its DER form, is in it.
  bool Contains(const X509& certificate) const;

 private:
  std::vector<X509Ptr> by_subject_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_CERTIFICATE_INDEX_H_
