// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_REGISTRY_REGISTRY_ADDRESS_H_
#define PULLGATE_COMMON_REGISTRY_REGISTRY_ADDRESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

enum class Scheme { kHttps, kHttp };

// "https" or "http".
absl::string_view SchemeName(Scheme scheme);
// 443 or 80.
uint16_t DefaultPort(Scheme scheme);

// A registry's host: an address or a name.
using RegistryHost = std::variant<IpAddress, DnsName>;

// Without brackets.
std::string HostToString(const RegistryHost& host);

// A registry address, "[scheme://]host[:port]", in canonical form. Exists only
// if it parsed (docs/semantics.md §1). A value type.
class RegistryAddress {
 public:
  // Parses what a rule, or configuration, says. InvalidArgument says what is
  // wrong and, where one is likely, the spelling that was meant; it quotes the
  // text redacted.
  static absl::StatusOr<RegistryAddress> Parse(absl::string_view text);

  // Parses what a question says: also drops a final "/v1/" or "/v2/", with or
  // without its last slash, as users of docker login type it.
  static absl::StatusOr<RegistryAddress> ParseQuestion(absl::string_view text);

  RegistryAddress(std::optional<Scheme> scheme, RegistryHost host,
                  std::optional<uint16_t> port)
      : scheme_(scheme), host_(std::move(host)), port_(port) {}

  std::optional<Scheme> scheme() const { return scheme_; }
  const RegistryHost& host() const { return host_; }
  // 1-65535; absent when none was given.
  std::optional<uint16_t> port() const { return port_; }

  const DnsName* name() const { return std::get_if<DnsName>(&host_); }
  const IpAddress* address() const { return std::get_if<IpAddress>(&host_); }

  // Canonical, and parses back to itself. IPv6 is bracketed when a scheme or
  // port stands beside it.
  std::string ToString() const;

  friend bool operator==(const RegistryAddress& a, const RegistryAddress& b) {
    return a.scheme_ == b.scheme_ && a.host_ == b.host_ && a.port_ == b.port_;
  }
  friend bool operator!=(const RegistryAddress& a, const RegistryAddress& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const RegistryAddress& a) {
    h = H::combine(std::move(h), a.scheme_, a.port_, a.host_.index());
    return std::visit(
        [&h](const auto& host) { return H::combine(std::move(h), host); },
        a.host_);
  }

 private:
  std::optional<Scheme> scheme_;
  RegistryHost host_;
  std::optional<uint16_t> port_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_REGISTRY_REGISTRY_ADDRESS_H_
