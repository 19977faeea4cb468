// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// The types of Boost.Asio that the gate is made of. Everything of one client's
// connection, to the registry too, runs on one strand: its handlers never run
// at the same time, on whichever thread.

#ifndef PULLGATE_AGENT_GATE_ASIO_H_
#define PULLGATE_AGENT_GATE_ASIO_H_

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>

#include "absl/time/time.h"
#include "common/net/ip_address.h"

namespace pullgate::agent {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Strand = asio::strand<asio::io_context::executor_type>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Strand>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               Strand>;

inline std::chrono::nanoseconds ToChrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

asio::ip::tcp::endpoint ToEndpoint(const IpAddress& address, uint16_t port);
IpAddress ToIpAddress(const asio::ip::address& address);

// Sends at once what is written, and fails at once what would block.
void Prepare(Socket& socket);
// Errors do not matter to either.
void ShutdownSend(Socket& socket);
void Close(Socket& socket);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_ASIO_H_
