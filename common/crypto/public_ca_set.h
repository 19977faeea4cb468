// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_CRYPTO_PUBLIC_CA_SET_H_
#define PULLGATE_COMMON_CRYPTO_PUBLIC_CA_SET_H_

#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/crypto/certificate_index.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate {

// The public CA set, read once from the distribution's PEM bundle and shared by
// all trust bundles. Immutable; thread-safe. When the bundle changes on disk,
// load another one and build new trust bundles from it.
class PublicCaSet {
 public:
  // Reads at most 16 MiB. Blocks that are no certificate are counted and passed
  // over: one that this OpenSSL cannot parse must not take the others away.
  // NotFound, PermissionDenied, Unavailable: the file cannot be read.
  // InvalidArgument: it is too large or has no certificate.
  static absl::StatusOr<std::shared_ptr<const PublicCaSet>> Load(
      const std::string& pem_file);

  // Sorted by the SHA-256 of the DER form, each once.
  const std::vector<X509Ptr>& certificates() const { return certificates_; }
  const CertificateIndex& index() const { return index_; }
  // Hex SHA-256 over the certificates.
  const std::string& digest() const { return digest_; }
  int passed_over() const { return passed_over_; }

  // Whether the file is not the one that was read any more, by inode, size and
  // time of modification; false while there is no file. One stat(2).
  bool ChangedOnDisk() const;

 private:
  PublicCaSet(std::string pem_file, const struct stat& stamp)
      : pem_file_(std::move(pem_file)), stamp_(stamp) {}

  const std::string pem_file_;
  const struct stat stamp_;
  std::vector<X509Ptr> certificates_;
  CertificateIndex index_;
  std::string digest_;
  int passed_over_ = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_CRYPTO_PUBLIC_CA_SET_H_
