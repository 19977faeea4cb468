// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_REGISTRY_PROBE_H_
#define PULLGATE_AGENT_VERIFY_REGISTRY_PROBE_H_

#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "agent/verify/certificate_verifier.h"
#include "agent/verify/insecure_transport_token.h"
#include "agent/verify/registry_verifier.h"
#include "agent/verify/stop_signal.h"
#include "common/net/ip_address.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// One registry at one of its addresses.
struct ProbeTarget {
  // What was asked: the reference identity, and the server name if it is a
  // name.
  RegistryHost host;
  uint16_t port = 0;
  IpAddress address;
  // VerifyRequest::left_open.
  std::shared_ptr<void>* left_open = nullptr;
  // VerifyRequest::stop.
  StopSignal* stop = nullptr;
};

// Finds out what answers at an address: one connection, one GET of /v2/, no
// second try. What may be done with the answer is the route walker's to say.
//
// Thread-safe; returns within `limit`. Never fails: an Attempt is an answer.
class RegistryProbe {
 public:
  virtual ~RegistryProbe() = default;

  // HTTPS. kRegistry only if the certificate verified.
  virtual Attempt ProbeVerified(const ProbeTarget& target,
                                const TrustAnchors& anchors,
                                absl::Duration limit) = 0;

  // HTTPS with whatever certificate; `verified` says whether it would have
  // done.
  virtual Attempt ProbeUnverified(const ProbeTarget& target,
                                  const TrustAnchors& anchors,
                                  absl::Duration limit,
                                  InsecureTransportToken token) = 0;

  // HTTP.
  virtual Attempt ProbePlaintext(const ProbeTarget& target,
                                 absl::Duration limit,
                                 InsecureTransportToken token) = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_REGISTRY_PROBE_H_
