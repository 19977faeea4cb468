// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_GATE_REQUEST_H_
#define PULLGATE_AGENT_GATE_GATE_REQUEST_H_

#include <string>
#include <variant>

#include "agent/gate/http_head.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// What a client of the gate wants. Exists only if it parsed.
struct GateRequest {
  enum class Kind { kTunnel, kForward };
  Kind kind = Kind::kTunnel;
  // What is asked about it. For a tunnel without a scheme, so that a registry
  // that speaks HTTP only is told from one that is not there; for forwarding
  // with http. Default ports are left out: CONNECT a:443 is the question of
  // whoever pulls from a.
  RegistryAddress registry;
  std::string asked;   // the authority, as the client wrote it
  std::string target;  // kForward: path and query, in origin form
};

// Reads a request's header (RFC 9110 §9.3.6, RFC 9112 §3.2). An error has the
// status to answer with, and says what was expected.
std::variant<GateRequest, HttpError> ReadGateRequest(const HttpHead& head);

// Methods that are forwarded, as the value of Allow.
inline constexpr char kForwardedMethods[] =
    "CONNECT, GET, HEAD, POST, PUT, PATCH, DELETE";

// The header of a request as it goes to the registry: hop-by-hop fields and
// what is meant for a proxy removed, Host from the target, Via added (RFC 9110
// §7.6). Of its body's framing only Content-Length is left; who sends it
// chunked says so himself.
HttpHead ForwardedRequest(const HttpHead& head, const GateRequest& request);

// The same for a response, on its way to the client.
HttpHead ForwardedResponse(const HttpHead& head);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_GATE_REQUEST_H_
