// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_DNS_OPTIONS_H_
#define PULLGATE_COMMON_DNS_DNS_OPTIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/ares_resolver_options.h"
#include "common/dns/lookup_cache.h"
#include "pullgate/config/v1/common_config.pb.h"

namespace pullgate {

// The `dns` part of a process's configuration, checked and with its defaults.
struct DnsOptions {
  AresResolverOptions resolver;
  LookupCacheOptions cache;
  // For one question, all its look-ups together: whoever gathers evidence sets
  // the deadline by it.
  absl::Duration timeout = absl::Seconds(2);
  // Use an OffHostResolver.
  bool off = false;
};

// What is not set has its default. InvalidArgument says which key is wrong, as
// a path ("dns.servers[1]"), and what is expected there.
absl::StatusOr<DnsOptions> DnsOptionsFromConfig(
    const config::v1::DnsConfig& config);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_OPTIONS_H_
