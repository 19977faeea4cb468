// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_RULE_TABLES_H_
#define PULLGATE_AGENT_VERIFY_RULE_TABLES_H_

#include <openssl/x509.h>

#include "absl/types/span.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_failure.h"

namespace pullgate::agent {

// One rule about one certificate in its place.
using CertificateRule = RuleFailure (*)(X509* certificate,
                                        const CertificatePlace& place);

// The parts that CheckCertificate is made of, each in the order to check.

// Version, serial number, names, the encoding and criticality of extensions.
absl::Span<const CertificateRule> FormRules();
// Basic constraints, key usage, extended key usage, key identifiers.
absl::Span<const CertificateRule> UsageRules();
// The key, and the algorithm that the certificate is signed with.
absl::Span<const CertificateRule> KeyRules();

// Whether it is a root of the public set from before the public profile: what
// that profile says of a root's own extensions came into force on 2012-07-01,
// and there was nothing to say it of before RFC 2459, in 1999.
bool IsOldPublicRoot(const X509& certificate, const CertificatePlace& place);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_RULE_TABLES_H_
