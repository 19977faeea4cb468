// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_CERTIFICATE_INFO_H_
#define PULLGATE_COMMON_CRYPTO_CERTIFICATE_INFO_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace pullgate {

// What a certificate says, for people and records: printable ASCII, bounded,
// whatever a stranger put into it. Not for verifying: names are cut and
// escaped.
struct CertificateInfo {
  std::string sha256_fingerprint;  // of the DER form; lower-case hex
  std::string subject;             // RFC 2253
  std::string issuer;              // RFC 2253
  // InfiniteFuture and InfinitePast, so that it is never valid, when they do
  // not parse.
  absl::Time not_before;
  absl::Time not_after;
  // The SANs, at most 64 of each kind.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
};

CertificateInfo DescribeCertificate(const X509& certificate);

// SHA-256 of the DER form: 32 bytes.
std::string Sha256OfCertificate(const X509& certificate);

// RFC 2253 in printable ASCII, at most 256 bytes; "(empty name)" for none.
std::string DescribeName(const X509_NAME* name);

// UTC. `otherwise` when it is null or does not parse.
absl::Time FromAsn1Time(const ASN1_TIME* time, absl::Time otherwise);
// UTC. InfinitePast when it does not parse.
absl::Time NotAfter(const X509& certificate);
// UTC. InfiniteFuture when it does not parse.
absl::Time NotBefore(const X509& certificate);

// "2026-01-02", in UTC.
std::string DescribeDate(absl::Time time);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_CERTIFICATE_INFO_H_
