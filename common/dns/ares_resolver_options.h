// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ARES_RESOLVER_OPTIONS_H_
#define PULLGATE_COMMON_DNS_ARES_RESOLVER_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

struct DnsServer {
  IpAddress address;
  uint16_t port = 53;  // UDP and TCP
};

struct AresResolverOptions {
  // In the order to try. Empty: those of `resolv_conf`, which is read again
  // with each new source port (AresChannel::kQueriesPerPort).
  std::vector<DnsServer> servers;
  // For the first try at one server; c-ares doubles it with every round.
  absl::Duration attempt_timeout = absl::Milliseconds(500);
  // Rounds over all servers.
  int attempts = 3;
  // Spread first tries over the servers instead of preferring the first.
  bool rotate = false;
  // Names listed there are never asked of DNS. Empty: none.
  std::string hosts_file = "/etc/hosts";
  // Completes single labels. Empty: that of `resolv_conf` at start.
  std::vector<DnsName> search;
  // Queries waiting for an answer, abandoned ones included until c-ares gives
  // them up. Looking up a name takes two.
  int max_pending = 1000;
  std::string resolv_conf = "/etc/resolv.conf";
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_ARES_RESOLVER_OPTIONS_H_
