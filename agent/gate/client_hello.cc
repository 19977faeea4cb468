// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/gate/client_hello.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/crypto/ssl_ptr.h"

namespace pullgate::agent {
namespace {

// RFC 9849; this OpenSSL has no name for it.
constexpr unsigned int kEncryptedClientHello = 0xfe0d;
// What goes into messages and events.
constexpr size_t kMaxQuotedName = 255;

// ServerNameList of RFC 6066 §3 with exactly one host_name, as everybody
// writes it. nullopt: anything else.
std::optional<std::string> OnlyHostName(absl::string_view extension) {
  const auto number = [&extension](size_t at) {
    return static_cast<size_t>(static_cast<uint8_t>(extension[at])) << 8 |
           static_cast<uint8_t>(extension[at + 1]);
  };
  constexpr size_t kHeader = 5;  // length of list, type, length of name
  if (extension.size() <= kHeader || number(0) != extension.size() - 2 ||
      extension[2] != TLSEXT_NAMETYPE_host_name ||
      number(3) != extension.size() - kHeader) {
    return std::nullopt;
  }
  return std::string(extension.substr(kHeader));
}

std::optional<absl::string_view> Extension(SSL* ssl, unsigned int type) {
  const unsigned char* data = nullptr;
  size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &data, &size) != 1) {
    return std::nullopt;
  }
  return absl::string_view(reinterpret_cast<const char*>(data), size);
}

// Has the whole ClientHello before it; suspends the handshake for good.
int OnClientHello(SSL* ssl, int* /*alert*/, void* /*unused*/) {
  auto* hello = static_cast<ClientHello*>(SSL_get_app_data(ssl));
  hello->kind = ClientHello::Kind::kHello;
  hello->encrypted = Extension(ssl, kEncryptedClientHello).has_value();
  if (const auto names = Extension(ssl, TLSEXT_TYPE_server_name)) {
    hello->server_name = OnlyHostName(*names);
    if (!hello->server_name) {
      hello->kind = ClientHello::Kind::kInvalid;
      hello->detail = "a server_name extension that is not one host name";
    }
  }
  return SSL_CLIENT_HELLO_RETRY;
}

// One for the process: thread-safe, and making it costs more than reading.
SSL_CTX* Context() {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_client_hello_cb(made, OnClientHello, nullptr);
    // The callback sees known extensions only: make this one known.
    SSL_CTX_add_custom_ext(made, kEncryptedClientHello, SSL_EXT_CLIENT_HELLO,
                           nullptr, nullptr, nullptr, nullptr, nullptr);
    return made;
  }();
  return context;
}

class Reader final : public ClientHelloReader {
 public:
  Reader() : ssl_(SSL_new(Context())), in_(BIO_new(BIO_s_mem())) {
    BIO_set_mem_eof_return(in_, -1);  // "more may come"
    SSL_set_bio(ssl_.get(), in_, BIO_new(BIO_s_null()));
    SSL_set_accept_state(ssl_.get());
    SSL_set_app_data(ssl_.get(), &hello_);
  }

  std::optional<ClientHello> Read(absl::string_view bytes) override {
    if (!IsTls(bytes)) {
      hello_.detail = "something that is no TLS";
      return hello_;
    }
    size_ += bytes.size();
    BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    const int error = SSL_get_error(ssl_.get(), result);
    ERR_clear_error();
    if (error == SSL_ERROR_WANT_CLIENT_HELLO_CB) return hello_;
    if (error == SSL_ERROR_WANT_READ) {
      if (size_ <= kMaxBytes) return std::nullopt;
      hello_.detail = absl::StrCat("no ClientHello in ", kMaxBytes, " bytes");
      return hello_;
    }
    hello_.kind = ClientHello::Kind::kInvalid;
    hello_.detail = "a TLS record that is no valid ClientHello";
    return hello_;
  }

 private:
  // Whether the first two bytes, as far as there, are of a handshake record of
  // TLS. OpenSSL would also take the form of SSL 2.
  bool IsTls(absl::string_view bytes) const {
    static constexpr char kStart[] = {SSL3_RT_HANDSHAKE, SSL3_VERSION_MAJOR};
    for (size_t i = size_; i < sizeof kStart && i - size_ < bytes.size(); ++i) {
      if (bytes[i - size_] != kStart[i]) return false;
    }
    return true;
  }

  const SslPtr ssl_;
  BIO* const in_;  // ssl_'s
  size_t size_ = 0;
  ClientHello hello_;
};

}  // namespace

std::unique_ptr<ClientHelloReader> ClientHelloReader::Make() {
  return std::make_unique<Reader>();
}

std::optional<std::string> WrongServerName(const ClientHello& hello,
                                           const RegistryHost& asked) {
  const std::string host = HostToString(asked);
  if (hello.encrypted) {
    return absl::StrCat("the ClientHello in the tunnel to ", host,
                        " has an encrypted part (ECH), which may name another "
                        "server");
  }
  const bool named = std::holds_alternative<DnsName>(asked);
  if (!hello.server_name) {
    if (!named) return std::nullopt;
    return absl::StrCat("the ClientHello in the tunnel to ", host,
                        " names no server");
  }
  if (named && absl::EqualsIgnoreCase(*hello.server_name, host)) {
    return std::nullopt;
  }
  return absl::StrCat(
      "the ClientHello in the tunnel to ", host, " is for \"",
      absl::CHexEscape(hello.server_name->substr(0, kMaxQuotedName)), "\"",
      named ? "" : ", and for an address it names no server");
}

}  // namespace pullgate::agent
