// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_PARSE_CERTIFICATE_H_
#define PULLGATE_COMMON_CRYPTO_PARSE_CERTIFICATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// Parses one DER certificate, which must be all of `der`. InvalidArgument, with
// OpenSSL's reason, also for an extension that it cannot decode or contradicts
// itself, and for a public key of an unknown kind. What the certificate says is
// not judged.
absl::StatusOr<X509Ptr> ParseCertificateDer(absl::string_view der);

// One CERTIFICATE block, ending in a newline.
std::string CertificateToPem(const X509& certificate);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_PARSE_CERTIFICATE_H_
