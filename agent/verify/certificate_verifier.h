// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_
#define PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_

#include <openssl/x509.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/crypto/trust_bundle.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// More certificates than this are refused unread: real chains have two to four.
inline constexpr int kMaxPresentedCertificates = 16;

// Who may vouch for a question.
struct TrustAnchors {
  // Not owned. Null vouches for nothing.
  const TrustBundle* bundle;
  // PolicySnapshot::CaEntriesInScope.
  std::vector<int> entries;
};

// Default-constructed, it refuses.
struct CertificateVerdict {
  bool verified = false;
  // Why not, as the rest of "a certificate that ...": "expired on 2026-01-02".
  // Every independent cause: the chain's, the validity's, the name's. Empty if
  // and only if it verified.
  std::string failure = "was not checked";
  // X509_V_ERR_*: what the TLS alert to the peer is made of.
  int x509_error = X509_V_ERR_UNSPECIFIED;
};

// Verifies what a server presented, by docs/semantics.md §6: a chain to one of
// the anchors, which may be intermediates; validity at `now`; the server
// profile (server_profile.h); and a name for `reference`, which is what was
// asked and never something that evidence found. Signatures with SHA-1 or MD5
// are refused, and chains of more than 8 CAs.
//
// `presented`: leaf included or not, in any order, superfluous ones welcome;
// null for none. Thread-safe; no I/O.
CertificateVerdict VerifyServerCertificate(X509* leaf,
                                           STACK_OF(X509) * presented,
                                           const TrustAnchors& anchors,
                                           const RegistryHost& reference,
                                           absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_
