// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/verify/certificate_verifier.h"

#include <openssl/x509_vfy.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "agent/verify/certificate_place.h"
#include "agent/verify/certificate_rules.h"
#include "agent/verify/chain_verifier.h"
#include "agent/verify/name_match.h"
#include "agent/verify/rule_failure.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

CertificateVerdict VerifyServerCertificate(X509* leaf,
                                           STACK_OF(X509) * presented,
                                           const TrustAnchors& anchors,
                                           const RegistryHost& reference,
                                           absl::Time now) {
  // Certificates know whole seconds.
  now = absl::FromTimeT(absl::ToTimeT(now));
  std::vector<RuleFailure> failures;
  failures.push_back(
      VerifyChain({leaf, presented, &anchors, Purpose::kServer, now}));
  RuleFailure validity = CheckValidity(*leaf, now);
  if (validity.clause != failures.front().clause) {
    failures.push_back(std::move(validity));
  }
  failures.push_back(
      {"name", NameMismatch(*leaf, reference), X509_V_ERR_HOSTNAME_MISMATCH});

  CertificateVerdict verdict;
  verdict.verified = true;
  verdict.failure.clear();
  verdict.rule.clear();
  verdict.x509_error = X509_V_OK;
  std::vector<std::string> causes;
  for (RuleFailure& failure : failures) {
    if (failure.clause.empty()) continue;
    if (verdict.verified) {
      verdict.verified = false;
      verdict.rule = failure.rule;
      verdict.x509_error = failure.x509_error;
    }
    causes.push_back(std::move(failure.clause));
  }
  verdict.failure = absl::StrJoin(causes, ", and ");
  return verdict;
}

}  // namespace pullgate::agent
