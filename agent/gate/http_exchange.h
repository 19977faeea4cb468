// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_HTTP_EXCHANGE_H_
#define PULLGATE_AGENT_GATE_HTTP_EXCHANGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/gate/asio.h"
#include "agent/gate/gate_core.h"
#include "agent/gate/gate_request.h"
#include "agent/gate/http_reader.h"
#include "agent/gate/open_pull.h"

namespace pullgate::agent {

// A request whose header has been read, and the connections that it goes from
// and to. The owner keeps all of it until the exchange has ended.
struct ExchangeEnds {
  Socket* client;
  Socket* registry;
  HttpReader* request;    // past its header
  std::string* received;  // from the client, behind the header
};

// How an exchange ended.
struct ExchangeEnd {
  // Nothing was sent to the client: refuse him with this.
  std::optional<HttpError> refusal;
  // The client's connection may have another request.
  bool client_goes_on = false;
  // So may the registry's.
  bool registry_goes_on = false;
  uint64_t to_registry = 0;  // bytes of bodies
  uint64_t to_client = 0;
};

// Forwards one request and its response (RFC 9110 §7.6, RFC 9112), bodies as
// they come and only as fast as the other side takes them. The response may
// come before the request's body has ended; trailers, and interim responses
// but 100, are dropped.
//
// On the strand of the sockets. `done` is called once, after this has returned,
// with every read and write of its own ended or the sockets closed.
void StartExchange(std::shared_ptr<GateCore> core, const ExchangeEnds& ends,
                   const GateRequest& request, std::shared_ptr<OpenPull> pull,
                   std::shared_ptr<void> owner,
                   std::function<void(const ExchangeEnd&)> done);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_HTTP_EXCHANGE_H_
