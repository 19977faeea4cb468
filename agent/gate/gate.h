// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_GATE_H_
#define PULLGATE_AGENT_GATE_GATE_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/gate/gate_options.h"
#include "agent/gate/gate_parts.h"

namespace pullgate::agent {

// An HTTP forward proxy (RFC 9110 §3.7, RFC 9112) that container engines pull
// through without knowing it from another. What is decided is what is dialled:
//
// * CONNECT host:port asks the authorizer about that registry, and a permit
//   becomes a tunnel to the very address that was verified. The first thing in
//   it must be a TLS ClientHello for the host that was asked.
// * An http:// request is forwarded to the verified address if the policy lets
//   that registry go without TLS.
// * Everything else is refused in words, and nothing is sent anywhere before
//   there is a verdict.
//
// A tunnel that a new policy does not permit any more is closed within a
// second, and so is every tunnel once the lease has ended. How a pull ended
// early is an audit event.
//
// Runs on a few threads of its own, none of which waits. Thread-safe.
class Gate {
 public:
  // Open now.
  struct Load {
    size_t connections = 0;  // of clients
    size_t tunnels = 0;      // those of them that are tunnels
  };

  // Listens and serves. Unavailable: cannot listen there; InvalidArgument: no
  // `listen` in the options.
  static absl::StatusOr<std::unique_ptr<Gate>> Start(const GateOptions& options,
                                                     const GateParts& parts);
  // Stops.
  virtual ~Gate() = default;

  // Where it listens, with the real port.
  virtual GateListen listen() const = 0;
  virtual Load load() const = 0;

  // Takes no more connections or requests; those under way may end by
  // themselves until Stop(). Idempotent.
  virtual void Drain() = 0;

  // Waits until `deadline`, by the wall clock, for what is under way, closes
  // the rest, and returns when nothing runs any more. Idempotent.
  virtual void Stop(absl::Time deadline) = 0;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_GATE_H_
