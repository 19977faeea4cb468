// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_HTTP_EXCHANGE_H_
#define PULLGATE_AGENT_VERIFY_HTTP_EXCHANGE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "agent/verify/stop_signal.h"
#include "agent/verify/tls_observer.h"
#include "common/net/ip_address.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// One GET of /v2/, and the only address that may be connected to for it.
struct HttpExchangeRequest {
  Scheme scheme = Scheme::kHttps;
  // The URL's host: what the server is called, and the TLS server name if it
  // is a name.
  RegistryHost host;
  uint16_t port = 443;
  IpAddress address;
  // Until TCP, and with HTTPS also TLS, stands.
  absl::Duration connect_limit;
  // For all of it.
  absl::Duration limit;
  // VerifyRequest::left_open.
  std::shared_ptr<void>* left_open = nullptr;
  // VerifyRequest::stop.
  StopSignal* stop = nullptr;
};

// What happened, as facts; curl_registry_probe.h says what they mean.
struct HttpExchangeFacts {
  enum class End {
    kHeaders,       // The header of a final response is there.
    kTimedOut,      // A limit ran out.
    kNotConnected,  // `os_error` says why.
    kTooLong,       // More header than kMaxResponseHeaderBytes.
    kNotHttp,       // The answer is not HTTP/1.x.
    kClosed,        // The connection ended; or TLS did, see the TlsFacts.
    kLocal,         // Something failed here; says nothing about the peer.
  };
  End end = End::kLocal;
  bool connected = false;
  // HTTPS: TLS stands.
  bool secured = false;
  int os_error = 0;   // errno
  std::string error;  // for a reader; kLocal
  int http_status = 0;
  // Docker-Distribution-API-Version is there.
  bool has_registry_header = false;
  absl::Duration elapsed;
};

inline constexpr int kMaxResponseHeaderBytes = 64 << 10;

// The only place that uses libcurl. Makes one connection, to
// `request.address` and nowhere else, sends one request without credentials,
// cookies or anything kept from before, and reads no further than the header of
// the response and what came with it. Uses no proxy, whatever the environment
// says; follows no redirect; resumes no TLS session.
//
// `observer`: for HTTPS, attached to the connection; null with HTTP. It lives
// as long as the connection. Thread-safe; returns within `request.limit`, and
// at once after a stop: End::kLocal.
HttpExchangeFacts ExchangeHttp(const HttpExchangeRequest& request,
                               std::shared_ptr<TlsObserver> observer);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_HTTP_EXCHANGE_H_
