// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_GATE_CLIENT_HELLO_H_
#define PULLGATE_AGENT_GATE_CLIENT_HELLO_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// What the first bytes of a tunnel turned out to be.
struct ClientHello {
  enum class Kind {
    kHello,    // a whole ClientHello
    kNotTls,   // no TLS record, or no ClientHello in it
    kInvalid,  // a ClientHello that OpenSSL does not take
  };
  Kind kind = Kind::kNotTls;
  // Of the server_name extension (RFC 6066 §3); absent without one.
  std::optional<std::string> server_name;
  // It has the encrypted_client_hello extension: `server_name` may be another
  // than the one that counts.
  bool encrypted = false;
  // For kNotTls and kInvalid: as the rest of "the client sent ...".
  std::string detail;
};

// Reads a ClientHello from bytes as they come, however they are cut into
// records and segments, with OpenSSL. Answers nothing and goes no further.
//
// Not thread-safe; no I/O.
class ClientHelloReader {
 public:
  // Far more than any client sends, key shares of today included.
  static constexpr size_t kMaxBytes = 64 * 1024;

  static std::unique_ptr<ClientHelloReader> Make();
  virtual ~ClientHelloReader() = default;

  // Takes what has come since the last call. nullopt: there must be more.
  virtual std::optional<ClientHello> Read(absl::string_view bytes) = 0;
};

// Whether the hello is for the host that was asked: its name in any case and
// nothing else, and none at all for an address. If not, says what it is, as a
// sentence.
std::optional<std::string> WrongServerName(const ClientHello& hello,
                                           const RegistryHost& asked);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_GATE_CLIENT_HELLO_H_
