// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_TUNNEL_H_
#define PULLGATE_AGENT_GATE_TUNNEL_H_

#include <memory>
#include <string>

#include "agent/gate/asio.h"
#include "agent/gate/connection_book.h"
#include "agent/gate/gate_core.h"
#include "agent/gate/open_pull.h"

namespace pullgate::agent {

// What a tunnel is made of: two connections on one strand.
struct TunnelEnds {
  std::unique_ptr<ConnectionBook::Ticket> ticket;  // the client's
  Socket client;
  Socket registry;
};

// Answers a CONNECT with 200 and moves bytes between its ends until both have
// ended, each by itself (half-close), or nothing has moved for the idle
// timeout, or somebody ends it.
//
// Nothing reaches the registry before the client has sent a ClientHello for the
// host that was asked; anything else ends the tunnel, and is an event.
// `early`: what the client sent already, without waiting for the 200.
//
// Returns at once; the tunnel keeps itself alive.
void OpenTunnel(std::shared_ptr<GateCore> core, TunnelEnds ends,
                std::shared_ptr<OpenPull> pull, std::string early);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_TUNNEL_H_
