// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CERTIFICATE_PLACE_H_
#define PULLGATE_AGENT_VERIFY_CERTIFICATE_PLACE_H_

#include <openssl/x509.h>

#include "absl/time/time.h"

namespace pullgate::agent {

// Who vouches in the end: a CA of the VCH's policy, or one of the public set.
// Where practice in private PKIs parts from the rules of the public one, the
// private profile is the looser: whatever passes as kPublic passes as kPolicy.
enum class AnchorKind { kPolicy, kPublic };

// What a certificate is used for in one path. kLeafAndAnchor: what
// `openssl req -x509` makes, a server's certificate and a CA in one.
enum class CertificateRole { kLeaf, kIntermediate, kAnchor, kLeafAndAnchor };

enum class Purpose { kServer, kClient };

struct CertificatePlace {
  CertificateRole role;
  AnchorKind kind;
  Purpose purpose;
  // In whole seconds.
  absl::Time now;
};

inline bool IsAnchorRole(CertificateRole role) {
  return role == CertificateRole::kAnchor ||
         role == CertificateRole::kLeafAndAnchor;
}
inline bool IsLeafRole(CertificateRole role) {
  return role == CertificateRole::kLeaf ||
         role == CertificateRole::kLeafAndAnchor;
}

// Whether subject and issuer are the same name (RFC 5280 §6.1).
inline bool IsSelfIssued(const X509& certificate) {
  return X509_NAME_cmp(X509_get_subject_name(&certificate),
                       X509_get_issuer_name(&certificate)) == 0;
}

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CERTIFICATE_PLACE_H_
