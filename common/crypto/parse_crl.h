// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_PARSE_CRL_H_
#define PULLGATE_COMMON_CRYPTO_PARSE_CRL_H_

#include <openssl/x509.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// Parses one DER certificate revocation list, which must be all of `der`.
// InvalidArgument, with OpenSSL's reason. What the list says is not judged.
absl::StatusOr<X509CrlPtr> ParseCrlDer(absl::string_view der);

// One "X509 CRL" block, ending in a newline.
std::string CrlToPem(const X509_CRL& crl);

// SHA-256 of the DER form: 32 bytes.
std::string Sha256OfCrl(const X509_CRL& crl);

// Why the list can never be used, whoever signed it and whatever the time
// (docs/certificate-profile.md, "Revocation"), as the rest of a sentence: "has
// no nextUpdate". Empty if it can.
std::string CrlFormProblem(const X509_CRL& crl);

// UTC. InfiniteFuture when it does not parse.
absl::Time CrlThisUpdate(const X509_CRL& crl);
// UTC. InfinitePast when it is absent or does not parse.
absl::Time CrlNextUpdate(const X509_CRL& crl);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_PARSE_CRL_H_
