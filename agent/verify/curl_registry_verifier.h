// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CURL_REGISTRY_VERIFIER_H_
#define PULLGATE_AGENT_VERIFY_CURL_REGISTRY_VERIFIER_H_

#include "absl/time/time.h"
#include "agent/verify/curl_registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "common/time/clock.h"

namespace pullgate::agent {

struct CurlRegistryVerifierOptions {
  // Until TCP, and with HTTPS also TLS, stands at one address.
  absl::Duration connect_limit = absl::Seconds(3);
  // For everything at one address.
  absl::Duration attempt_limit = absl::Seconds(5);
};

// RegistryVerifier on libcurl and OpenSSL. Blocks the calling thread while it
// connects. Stateless, so thread-safe.
class CurlRegistryVerifier final : public RegistryVerifier {
 public:
  // `clock`, for the validity of certificates and the time left, is not owned
  // and outlives this.
  explicit CurlRegistryVerifier(const Clock* clock,
                                CurlRegistryVerifierOptions options = {})
      : clock_(clock),
        options_(options),
        probe_(clock, options.connect_limit) {}

  Verification Verify(const VerifyRequest& request,
                      absl::Time deadline) override;

 private:
  const Clock* const clock_;
  const CurlRegistryVerifierOptions options_;
  CurlRegistryProbe probe_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CURL_REGISTRY_VERIFIER_H_
