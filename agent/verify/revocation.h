// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_REVOCATION_H_
#define PULLGATE_AGENT_VERIFY_REVOCATION_H_

#include <openssl/x509.h>

#include <vector>

#include "absl/time/time.h"
#include "agent/verify/rule_failure.h"

namespace pullgate::agent {

// Holds a valid path, leaf first, anchor last, to the revocation lists of the
// CA entry that its anchor is of (RFC 5280 §6.3). Fails closed: an entry that
// brings a list asks for the status of every certificate below the anchor, and
// one that no usable list tells is refused.
//
// * Usable is a complete list of version 2, current at `now`, with a nextUpdate
//   and a CRL number, without critical extensions that are not understood,
//   signed by the CA that issued the certificate, with a hash that certificates
//   may be signed with too. Lists for one distribution point serve the
//   certificates that name it. Indirect and delta lists are not used.
// * The anchor itself is trusted for being in the policy, but not if a list of
//   its entry names it as revoked.
PathFailure CheckRevocation(const std::vector<X509*>& path,
                            const std::vector<X509_CRL*>& crls, absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_REVOCATION_H_
