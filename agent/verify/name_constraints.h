// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_NAME_CONSTRAINTS_H_
#define PULLGATE_AGENT_VERIFY_NAME_CONSTRAINTS_H_

#include <openssl/x509.h>

#include <vector>

#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_failure.h"

namespace pullgate::agent {

// More comparisons of a name with a constraint than this, over all paths of one
// verification, are not made: that refuses. Real chains need a few dozen.
inline constexpr int kMaxNameComparisons = 1 << 17;

// What a name constraints extension may say, and that only a CA has one.
// Private CAs may begin a dNSName with a dot. No failure without the extension.
RuleFailure CheckNameConstraintsForm(X509* certificate, AnchorKind kind);

// Holds every name of a path, leaf first, to the name constraints of the CAs
// above it (RFC 5280 §4.2.1.10, §6.1.4 (b)); the anchor's count too. The
// extensions are ones that CheckNameConstraintsForm accepts. The failure is at
// the certificate with the name.
//
// * All names of a constrained kind are held to it, those that nobody asked for
//   too: dNSName, iPAddress, directoryName (also the subject), rfc822Name (also
//   emailAddress of the subject), URI.
// * A name that is malformed for its kind is in no permitted subtree and in
//   every excluded one; so is a name of a kind that cannot be compared.
// * A wildcard is permitted if all that it covers is, and excluded if anything
//   that it covers is.
// * Self-issued certificates are exempt, but for the leaf.
//
// `budget`: the comparisons left; what is made is taken off.
PathFailure CheckNameConstraints(const std::vector<X509*>& path, int& budget);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_NAME_CONSTRAINTS_H_
