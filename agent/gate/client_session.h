// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_CLIENT_SESSION_H_
#define PULLGATE_AGENT_GATE_CLIENT_SESSION_H_

#include <memory>

#include "agent/gate/asio.h"
#include "agent/gate/connection_book.h"
#include "agent/gate/gate_core.h"

namespace pullgate::agent {

// Serves a client's connection, one request after the other: reads the request,
// has it authorized, and then opens a tunnel, which takes the connection over,
// or forwards the request, or refuses. Until there is a permit it connects to
// nothing.
//
// Returns at once; the session keeps itself alive. `client` is connected and
// has a strand of its own.
void ServeClient(std::shared_ptr<GateCore> core,
                 std::unique_ptr<ConnectionBook::Ticket> ticket, Socket client);

// Says in HTTP that there is no room, if that can be said at once, and closes.
void TurnAway(const GateCore& core, Socket client);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_CLIENT_SESSION_H_
