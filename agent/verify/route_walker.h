// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_ROUTE_WALKER_H_
#define PULLGATE_AGENT_VERIFY_ROUTE_WALKER_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "agent/verify/registry_probe.h"
#include "agent/verify/registry_verifier.h"
#include "common/policy/decision.h"
#include "common/time/clock.h"

namespace pullgate::agent {

// Takes the routes of one decision in order, address by address, and stops at
// the first registry (docs/semantics.md §6). The one place that decides when
// less than verified HTTPS will do:
//
// * Certificate check REQUIRED. The first certificate that does not verify ends
//   the walk: where one of the pinned addresses is impersonated, the others are
//   not tried out. An address that fails otherwise is passed over for the next.
//   If none works, and TLS failed at one before a certificate was seen, as
//   where the peer speaks TLS 1.1 only, that is kCertificateRejected too.
// * Certificate check NONE. Every address is tried over HTTPS without
//   verification. HTTP follows only if each of them refused, was unreachable,
//   timed out connecting, or closed or answered before any TLS record.
// * A route that contradicts itself or the question is not taken, and HTTP does
//   not follow it: one without pinned addresses, one to another host than was
//   asked, HTTP with a check, HTTP beside a route with check REQUIRED.
//
// For one walk, by one thread.
class RouteWalker {
 public:
  // Nothing is owned; all outlive this. `attempt_limit`: the most that one
  // address may take; it gets less when the time left, shared by all addresses
  // left, is less.
  RouteWalker(const VerifyRequest& request, RegistryProbe* probe,
              const Clock* clock, absl::Duration attempt_limit,
              absl::Time deadline);

  // Once.
  Verification Walk();

 private:
  // Why the route may not be taken; empty if it may.
  std::string Objection(const Route& route) const;
  void Take(const Route& route);
  Attempt ProbeAt(const Route& route, const IpAddress& address,
                  absl::Duration limit);
  void Skip(const Route& route, const IpAddress& address, std::string why);
  // Whether the route may be used by what answered there.
  bool Works(const Route& route, const Attempt& attempt) const;
  void Judge(const Route& route, Attempt attempt);
  absl::Duration NextLimit() const;
  bool IsStopped() const;
  void ExplainFailure();
  std::string UnreachableMessage() const;

  const VerifyRequest& request_;
  RegistryProbe* const probe_;
  const Clock* const clock_;
  const absl::Duration attempt_limit_;
  const absl::Time deadline_;
  const RegistryHost reference_;
  const TrustAnchors anchors_;
  const bool verified_only_;

  size_t addresses_left_ = 0;
  // Why HTTP may not follow; empty while it may.
  std::string no_plaintext_;
  bool rejected_ = false;
  Verification result_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_ROUTE_WALKER_H_
