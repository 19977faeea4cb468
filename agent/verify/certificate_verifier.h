// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_
#define PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_

#include <openssl/x509.h>

#include <string>

#include "absl/time/time.h"
#include "agent/verify/chain_verifier.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// Default-constructed, it refuses.
struct CertificateVerdict {
  bool verified = false;
  // Why not, as the rest of "a certificate that ...": "expired on 2026-01-02".
  // Every independent cause: the chain's, the validity's, the name's. Empty if
  // and only if it verified.
  std::string failure = "was not checked";
  // The first cause's rule, by its name in docs/certificate-profile.md. Empty
  // if and only if it verified.
  std::string rule = "unchecked";
  // X509_V_ERR_*: what the TLS alert to the peer is made of.
  int x509_error = X509_V_ERR_UNSPECIFIED;
};

// Verifies what a server presented, by docs/semantics.md §6 and
// docs/certificate-profile.md: a chain to one of the anchors, which may be
// intermediates (chain_verifier.h), and a name for `reference`, which is what
// was asked and never something that evidence found (name_match.h).
//
// `presented`: leaf included or not, in any order, superfluous ones welcome;
// null for none. Thread-safe; no I/O. What a hostile chain can cost is bounded
// by counts: some 30 ms on a machine of 2020.
CertificateVerdict VerifyServerCertificate(X509* leaf,
                                           STACK_OF(X509) * presented,
                                           const TrustAnchors& anchors,
                                           const RegistryHost& reference,
                                           absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CERTIFICATE_VERIFIER_H_
