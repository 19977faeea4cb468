// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_ENDPOINT_H_
#define PULLGATE_COMMON_POLICY_ENDPOINT_H_

#include <cstdint>
#include <optional>

#include "common/registry/registry_address.h"

namespace pullgate {

// One of the up to two ways that a question stands for: HTTPS on its port or
// 443, HTTP on its port or 80 (docs/semantics.md §3).
struct Endpoint {
  Scheme scheme = Scheme::kHttps;
  uint16_t port = 443;
};

// The endpoint of that scheme, unless the question says the other one.
inline std::optional<Endpoint> EndpointOf(const RegistryAddress& question,
                                          Scheme scheme) {
  if (question.scheme().value_or(scheme) != scheme) return std::nullopt;
  return Endpoint{scheme, question.port().value_or(DefaultPort(scheme))};
}

// The endpoints that a rule's scheme and port cover, in four bytes, laid out
// for the index of a million rules.
//
// No scheme: that port, or every port, under both schemes. https://: only
// HTTPS, on that port or 443. http://: both schemes, on that port or on their
// own, since who accepts plaintext accepts unverified TLS.
class EndpointCover {
 public:
  EndpointCover() = default;
  EndpointCover(std::optional<Scheme> scheme, std::optional<uint16_t> port)
      : port_(port.value_or(0)), scheme_(CodeOf(scheme)) {}

  bool Covers(const Endpoint& endpoint) const {
    if (scheme_ == kAny) return port_ == 0 || port_ == endpoint.port;
    if (scheme_ == kHttps && endpoint.scheme != Scheme::kHttps) return false;
    return endpoint.port == (port_ != 0 ? port_ : DefaultPort(endpoint.scheme));
  }

  // Whether it covers all that `other` does.
  bool CoversAllOf(const EndpointCover& other) const;
  // Whether there is an endpoint that both cover.
  bool Overlaps(const EndpointCover& other) const;

  // Equal for covers of the same endpoints, however they were written:
  // "https://h" and "https://h:443".
  uint32_t Key() const;

  // Whether it is limited to ports, its own or those of its scheme.
  bool has_port() const { return port_ != 0 || scheme_ != kAny; }

  std::optional<Scheme> scheme() const {
    if (scheme_ == kAny) return std::nullopt;
    return scheme_ == kHttps ? Scheme::kHttps : Scheme::kHttp;
  }
  std::optional<uint16_t> port() const {
    if (port_ == 0) return std::nullopt;
    return port_;
  }

 private:
  enum Code : uint8_t { kAny, kHttps, kHttp };

  static Code CodeOf(std::optional<Scheme> scheme) {
    if (!scheme.has_value()) return kAny;
    return *scheme == Scheme::kHttps ? kHttps : kHttp;
  }

  // The only port covered under a scheme; 0: none is.
  uint16_t OnlyPort(Scheme scheme) const;

  uint16_t port_ = 0;  // 0: none given
  Code scheme_ = kAny;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_ENDPOINT_H_
