// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CHAIN_VERIFIER_H_
#define PULLGATE_AGENT_VERIFY_CHAIN_VERIFIER_H_

#include <openssl/x509.h>

#include <vector>

#include "absl/time/time.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_failure.h"
#include "common/crypto/trust_bundle.h"

namespace pullgate::agent {

// More certificates than this are refused unread: real chains have two to four.
inline constexpr int kMaxPresentedCertificates = 16;
// Of intermediates that are not self-issued, in one path.
inline constexpr int kMaxIntermediates = 8;
// What one search may take: certificates put into a path, and whole paths
// checked. Real chains need one path; what is renewed or cross-signed, a few.
inline constexpr int kMaxSearchSteps = 2000;
inline constexpr int kMaxPaths = 100;

// Who may vouch for a question.
struct TrustAnchors {
  // Not owned. Null vouches for nothing.
  const TrustBundle* bundle;
  // PolicySnapshot::CaEntriesInScope.
  std::vector<int> entries;
};

struct ChainRequest {
  X509* leaf;
  // As in VerifyServerCertificate.
  STACK_OF(X509) * presented;
  // Not owned.
  const TrustAnchors* anchors;
  Purpose purpose = Purpose::kServer;
  // In whole seconds.
  absl::Time now;
  int max_intermediates = kMaxIntermediates;
};

// Finds a valid path from the leaf to an anchor among the presented
// certificates and the anchors, if there is one within the bounds above: the
// order of what was presented does not matter, nor do other certificates that
// are there too, expired, cross-signed, of the same name. Key identifiers say
// what to try first and exclude nothing. Depth first, the anchors of the policy
// before the public set, shorter before longer.
//
// Where no path is valid, the failure is that of the most complete one, the
// first among equals, and names the certificate: "leads to CN=Issuing CA, which
// expired on 2026-05-31".
RuleFailure VerifyChain(const ChainRequest& request);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CHAIN_VERIFIER_H_
