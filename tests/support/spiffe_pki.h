// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// A throw-away CA with the identities of this product, as PEM files.
//
//   const SpiffePki pki("Test CA");
//   const TlsFilePaths pdp = pki.WriteServer(directory, "pdp", {"localhost"});
//   const TlsFilePaths agent = pki.WriteClient(
//       directory, "agent", {"spiffe://example.org/vch/a"});

#ifndef PULLGATE_TESTS_SUPPORT_SPIFFE_PKI_H_
#define PULLGATE_TESTS_SUPPORT_SPIFFE_PKI_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/rpc/tls_material.h"
#include "tests/support/test_ca.h"

namespace pullgate {

class SpiffePki {
 public:
  explicit SpiffePki(absl::string_view name);

  // A PDP's certificate, for these host names and addresses.
  TestCertificate IssueServer(const std::vector<std::string>& hosts) const;
  // A client's, with these URI names.
  TestCertificate IssueClient(const std::vector<std::string>& uris) const;

  // Writes <directory>/<name>.pem, .key and .ca, each replaced by renaming.
  // This CA is the one that vouches for the other side.
  TlsFilePaths Write(const std::string& directory, absl::string_view name,
                     const TestCertificate& certificate) const;
  TlsFilePaths WriteServer(const std::string& directory, absl::string_view name,
                           const std::vector<std::string>& hosts) const;
  TlsFilePaths WriteClient(const std::string& directory, absl::string_view name,
                           const std::vector<std::string>& uris) const;

  std::string CaPem() const { return root_.Pem(); }

 private:
  TestCertificate root_;
};

// Writes a file beside the old one and renames it, as rotation should.
void ReplaceFile(const std::string& path, absl::string_view contents);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_SPIFFE_PKI_H_
