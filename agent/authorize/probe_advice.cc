// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/authorize/probe_advice.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "agent/authorize/certificate_proto.h"

namespace pullgate::agent {
namespace {

// The first attempt whose certificate did not verify; null if all did.
const Attempt* FirstUnverified(const Verification& verification) {
  for (const Attempt& attempt : verification.attempts) {
    if (!attempt.chain.empty() && !attempt.verified) return &attempt;
  }
  return nullptr;
}

// What is usable is used without verification.
bool IsUnverified(const Verification& verification) {
  return verification.usable.has_value() &&
         verification.usable->certificate_check == CertificateCheck::kNone;
}

std::string AdviceText(const TrustAdvice& advice) {
  if (!advice.remaining_failure.empty()) {
    return absl::StrCat(
        "No CA can make it verify: it presents a certificate that ",
        advice.remaining_failure, ".");
  }
  if (advice.to_trust.has_value()) {
    return absl::StrCat(
        "It would verify with ", advice.to_trust->subject,
        " among the policy's registry_cas; first make sure with the registry's "
        "operator that its SHA-256 is ",
        advice.to_trust->sha256_fingerprint, ".");
  }
  return absl::StrCat("It would verify with ", advice.issuer_to_obtain,
                      " among the policy's registry_cas, which was not "
                      "presented: ask the registry's operator for it.");
}

}  // namespace

void FillTrust(const Verification& verification,
               pullgate::agent::v1::RegistryTrust* trust) {
  const Attempt* const failed = FirstUnverified(verification);
  trust->set_verifies(failed == nullptr);
  if (failed == nullptr) {
    trust->set_could_be_secure(IsUnverified(verification));
    trust->set_advice(trust->could_be_secure()
                          ? "It does not have to be insecure: its certificate "
                            "verifies by this policy."
                          : "Its certificate verifies by this policy.");
    return;
  }
  const TrustAdvice advice = failed->advice.value_or(TrustAdvice());
  if (advice.to_trust.has_value()) {
    *trust->mutable_certificate_to_trust() =
        CertificateToProto(*advice.to_trust);
    trust->set_pem(advice.pem);
  }
  trust->set_issuer_to_obtain(advice.issuer_to_obtain);
  trust->set_remaining_failure(advice.remaining_failure);
  trust->set_advice(AdviceText(advice));
}

}  // namespace pullgate::agent
