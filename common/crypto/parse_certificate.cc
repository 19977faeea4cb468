// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/crypto/parse_certificate.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/ssl_errors.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {
namespace {

absl::Status Malformed(absl::string_view otherwise) {
  const std::string errors = DrainSslErrors();
  return absl::InvalidArgumentError(errors.empty() ? otherwise : errors);
}

}  // namespace

absl::StatusOr<X509Ptr> ParseCertificateDer(absl::string_view der) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* position = begin;
  X509Ptr certificate(
      d2i_X509(nullptr, &position, static_cast<long>(der.size())));  // NOLINT
  if (certificate == nullptr) return Malformed("it is not a certificate");
  if (position != begin + der.size()) {
    return Malformed("something follows the certificate");
  }
  // The first use of the extensions decodes and remembers them.
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_INVALID) != 0) {
    return Malformed("an extension is malformed");
  }
  if (X509_get0_pubkey(certificate.get()) == nullptr) {
    return Malformed("its public key is malformed or of an unknown kind");
  }
  return certificate;
}

std::string CertificateToPem(const X509& certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), &certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);  // NOLINT: its type
  return std::string(data, size);
}

}  // namespace pullgate
