// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_MAKE_HOST_RESOLVER_H_
#define PULLGATE_COMMON_DNS_MAKE_HOST_RESOLVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/dns/caching_host_resolver.h"
#include "common/dns/dns_options.h"
#include "common/dns/host_resolver.h"
#include "common/time/clock.h"

namespace pullgate {

// A process's view of DNS.
struct DnsView {
  std::unique_ptr<HostResolver> resolver;
  // The same resolver, for size and statistics; null when DNS is off.
  const CachingHostResolver* cache = nullptr;
};

// Wires the resolver that `options` describe: c-ares behind a cache, or one
// that is off. `clock` is not owned and outlives it. Internal: c-ares does not
// start with these options.
absl::StatusOr<DnsView> MakeHostResolver(const DnsOptions& options,
                                         const Clock* clock);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_MAKE_HOST_RESOLVER_H_
