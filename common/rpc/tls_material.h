// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_RPC_TLS_MATERIAL_H_
#define PULLGATE_COMMON_RPC_TLS_MATERIAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace pullgate {

// The files of a TLS identity, all PEM.
struct TlsFilePaths {
  std::string certificate;  // leaf first, then intermediates
  std::string key;          // of the leaf; not encrypted
  std::string ca;           // the CAs that vouch for the other side
};

// Their contents, which fit together. Holds a private key: never log it.
struct TlsMaterial {
  std::string certificate_pem;
  std::string key_pem;
  std::string ca_pem;
  // What the leaf says, for logs, metrics and checks of configuration.
  std::string subject;
  std::string fingerprint;        // hex SHA-256
  std::vector<std::string> uris;  // its URI subject alternative names
  absl::Time not_after;

  friend bool operator==(const TlsMaterial& a, const TlsMaterial& b) {
    return a.certificate_pem == b.certificate_pem && a.key_pem == b.key_pem &&
           a.ca_pem == b.ca_pem;
  }
};

// Reads the files and checks what gRPC does not say a word about: that each is
// there and has what it should, that every certificate parses, and that key and
// leaf are a pair. Files are at most 1 MiB.
//
// Errors name the file and what was expected. An expired certificate is not an
// error: the one that replaces it comes by rotation.
absl::StatusOr<TlsMaterial> LoadTlsMaterial(const TlsFilePaths& paths);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_RPC_TLS_MATERIAL_H_
