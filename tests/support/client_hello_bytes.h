// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_CLIENT_HELLO_BYTES_H_
#define PULLGATE_TESTS_SUPPORT_CLIENT_HELLO_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace pullgate {

struct ClientHelloOptions {
  std::string server_name;  // empty: no server_name extension
  uint16_t extension = 0;   // another one, with four bytes; 0: none
  bool alpn = false;        // h2 and http/1.1
};

// What a TLS client of OpenSSL says first: one record with a ClientHello.
std::string ClientHelloBytes(const ClientHelloOptions& options);
inline std::string ClientHelloFor(absl::string_view server_name) {
  ClientHelloOptions options;
  options.server_name = std::string(server_name);
  return ClientHelloBytes(options);
}

// The same message cut into records of at most `size` bytes (RFC 8446 §5.1).
std::string InRecordsOf(size_t size, absl::string_view record);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_CLIENT_HELLO_BYTES_H_
