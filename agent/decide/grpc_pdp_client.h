// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_DECIDE_GRPC_PDP_CLIENT_H_
#define PULLGATE_AGENT_DECIDE_GRPC_PDP_CLIENT_H_

#include <grpcpp/channel.h>

#include <memory>

#include "agent/decide/pdp_client.h"
#include "common/identity/vch_id.h"

namespace pullgate::agent {

// Asks over `channel`, on behalf of `vch`. Does not wait for a connection: with
// none it answers Unavailable at once, and the channel goes on connecting in
// the background.
//
// An answer is parsed and checked before it is believed. Internal: it does not
// parse, or is about another registry than was asked.
std::unique_ptr<PdpClient> MakeGrpcPdpClient(
    std::shared_ptr<grpc::Channel> channel, VchId vch);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_DECIDE_GRPC_PDP_CLIENT_H_
