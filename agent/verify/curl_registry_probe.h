// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_CURL_REGISTRY_PROBE_H_
#define PULLGATE_AGENT_VERIFY_CURL_REGISTRY_PROBE_H_

#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "agent/verify/http_exchange.h"
#include "agent/verify/insecure_transport_token.h"
#include "agent/verify/registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/tls_observer.h"
#include "common/registry/registry_address.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// What an exchange means. Sets the attempt's outcome, detail, status, chain and
// verdict; `tls` is null with HTTP. A registry is what answers GET /v2/ with
// 200 or 401; the Docker-Distribution-API-Version header is only remarked on,
// since several products leave it out.
//
// `enforced`: HTTPS with certificate check REQUIRED.
void Classify(const HttpExchangeFacts& http, const TlsFacts* tls, bool enforced,
              Attempt& attempt);

// RegistryProbe on libcurl and OpenSSL.
class CurlRegistryProbe final : public RegistryProbe {
 public:
  // `clock`, for the validity of certificates, is not owned and outlives this.
  // `connect_limit` holds until TCP and TLS stand.
  CurlRegistryProbe(const Clock* clock, absl::Duration connect_limit)
      : clock_(clock), connect_limit_(connect_limit) {}

  Attempt ProbeVerified(const ProbeTarget& target, const TrustAnchors& anchors,
                        absl::Duration limit) override;
  Attempt ProbeUnverified(const ProbeTarget& target,
                          const TrustAnchors& anchors, absl::Duration limit,
                          InsecureTransportToken token) override;
  Attempt ProbePlaintext(const ProbeTarget& target, absl::Duration limit,
                         InsecureTransportToken token) override;

 private:
  HttpExchangeRequest RequestFor(const ProbeTarget& target, Scheme scheme,
                                 absl::Duration limit) const;
  Attempt ProbeHttps(const ProbeTarget& target, const TrustAnchors& anchors,
                     absl::Duration limit, bool enforce) const;

  const Clock* const clock_;
  const absl::Duration connect_limit_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_CURL_REGISTRY_PROBE_H_
