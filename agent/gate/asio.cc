// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/asio.h"

#include <algorithm>
#include <array>

namespace pullgate::agent {

asio::ip::tcp::endpoint ToEndpoint(const IpAddress& address, uint16_t port) {
  if (address.is_v4()) {
    asio::ip::address_v4::bytes_type bytes;
    std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
    return {asio::ip::address_v4(bytes), port};
  }
  asio::ip::address_v6::bytes_type bytes;
  std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
  return {asio::ip::address_v6(bytes), port};
}

IpAddress ToIpAddress(const asio::ip::address& address) {
  if (address.is_v4()) {
    return IpAddress::FromV4Bytes(address.to_v4().to_bytes());
  }
  return IpAddress::FromV6Bytes(address.to_v6().to_bytes());
}

void Prepare(Socket& socket) {
  ErrorCode ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  // Of the socket, not of its file descriptor alone: else Asio waits where the
  // kernel does not.
  socket.non_blocking(true, ignored);
}

void ShutdownSend(Socket& socket) {
  ErrorCode ignored;
  socket.shutdown(Socket::shutdown_send, ignored);
}

void Close(Socket& socket) {
  ErrorCode ignored;
  socket.close(ignored);
}

}  // namespace pullgate::agent
