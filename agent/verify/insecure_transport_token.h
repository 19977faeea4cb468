// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_INSECURE_TRANSPORT_TOKEN_H_
#define PULLGATE_AGENT_VERIFY_INSECURE_TRANSPORT_TOKEN_H_

namespace pullgate::agent {

// Whoever holds one may talk to a registry without verified TLS. Only the
// route walker makes them, and only from a route whose certificate check is
// NONE; who may see this header at all is in its target's visibility.
class InsecureTransportToken {
 private:
  friend class RouteWalker;
  InsecureTransportToken() {}  // NOLINT: "= default" would let {} in
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_INSECURE_TRANSPORT_TOKEN_H_
