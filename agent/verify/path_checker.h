// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_PATH_CHECKER_H_
#define PULLGATE_AGENT_VERIFY_PATH_CHECKER_H_

#include <openssl/x509.h>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/name_constraints.h"
#include "agent/verify/rule_failure.h"

namespace pullgate::agent {

// More signatures than this are not checked in one verification: that refuses.
// With the costliest keys that are accepted, P-384, it is some 20 ms.
inline constexpr int kMaxSignatures = 24;

// How often certificate policies are worked out in one verification. OpenSSL
// bounds each by 1000 nodes.
inline constexpr int kMaxPolicyChecks = 8;

// Decides whether a path is valid (RFC 5280 §6.1): each certificate in its
// place, path lengths, signatures, name constraints, certificate policies,
// revocation lists. Remembers what it found about certificates and signatures,
// so that many paths over the same certificates cost little more than one.
//
// For one verification, by one thread. The certificates outlive it.
class PathChecker {
 public:
  // `max_intermediates`: of those that are not self-issued.
  PathChecker(Purpose purpose, absl::Time now, int max_intermediates)
      : purpose_(purpose), now_(now), max_intermediates_(max_intermediates) {}
  PathChecker(const PathChecker&) = delete;
  PathChecker& operator=(const PathChecker&) = delete;

  // `path` is leaf first, anchor last; each one's issuer name is the next one's
  // subject. `crls`: those that the anchor's entries bring; none for no check.
  PathFailure CheckPath(const std::vector<X509*>& path, AnchorKind kind,
                        const std::vector<X509_CRL*>& crls);

  // Whether no path can use it as an intermediate, whoever its anchor is.
  RuleFailure CheckIntermediate(X509* certificate) {
    return CheckOne(certificate, CertificateRole::kIntermediate,
                    AnchorKind::kPolicy);
  }

  // Whether `issuer` is known not to have signed `certificate`.
  bool KnownUnsigned(X509* certificate, X509* issuer) const;

 private:
  RuleFailure CheckOne(X509* certificate, CertificateRole role,
                       AnchorKind kind);
  PathFailure CheckLengths(const std::vector<X509*>& path) const;
  PathFailure CheckSignatures(const std::vector<X509*>& path);
  RuleFailure CheckSignature(X509* certificate, X509* issuer);
  PathFailure CheckPolicies(const std::vector<X509*>& path);
  PathFailure CheckRevocationOf(const std::vector<X509*>& path,
                                const std::vector<X509_CRL*>& crls);

  const Purpose purpose_;
  const absl::Time now_;
  const int max_intermediates_;
  int signatures_left_ = kMaxSignatures;
  int comparisons_left_ = kMaxNameComparisons;
  int policy_checks_left_ = kMaxPolicyChecks;
  std::map<std::tuple<X509*, CertificateRole, AnchorKind>, RuleFailure>
      certificates_;
  // By the issuer's key, so that a CA's several certificates are one.
  std::map<std::pair<X509*, std::string>, bool> signatures_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_PATH_CHECKER_H_
