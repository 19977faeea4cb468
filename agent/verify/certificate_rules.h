// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CERTIFICATE_RULES_H_
#define PULLGATE_AGENT_VERIFY_CERTIFICATE_RULES_H_

#include <openssl/x509.h>

#include "absl/time/time.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/rule_failure.h"

namespace pullgate::agent {

// The first rule of docs/certificate-profile.md, "Each certificate", that the
// certificate breaks in that place. What depends on its neighbours, signature,
// path length, name constraints, is not looked at. Not const, as OpenSSL caches
// what it decodes. Thread-safe.
RuleFailure CheckCertificate(X509* certificate, const CertificatePlace& place);

// Validity alone (RFC 5280 §4.1.2.5): to the end of the second that is named.
RuleFailure CheckValidity(const X509& certificate, absl::Time now);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CERTIFICATE_RULES_H_
