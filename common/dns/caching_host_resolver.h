// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_CACHING_HOST_RESOLVER_H_
#define PULLGATE_COMMON_DNS_CACHING_HOST_RESOLVER_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/active_calls.h"
#include "common/dns/host_resolver.h"
#include "common/dns/lookup_cache.h"
#include "common/time/clock.h"

namespace pullgate {

// Remembers what another resolver answered, negative answers too, until its
// TTL within the bounds of the options; never an error. Concurrent look-ups of
// one name, or one address, are one look-up of the other resolver.
//
// Names and addresses are bounded apart, each by max_entries. Destruction waits
// for the calls inside, so at most until the latest of their deadlines.
class CachingHostResolver final : public HostResolver {
 public:
  // `clock` is not owned and outlives this.
  CachingHostResolver(std::unique_ptr<HostResolver> inner, const Clock* clock,
                      const LookupCacheOptions& options);
  ~CachingHostResolver() override;

  absl::StatusOr<HostAddresses> Addresses(const DnsName& name,
                                          absl::Time deadline) override;
  void AddressesOfAll(const std::vector<DnsName>& names, absl::Time deadline,
                      OnFound on_found) override;
  absl::StatusOr<PointerNames> Names(const IpAddress& address,
                                     absl::Time deadline) override;

  // Names and addresses held.
  size_t size() const { return addresses_.size() + names_.size(); }
  // Of both.
  LookupCacheStats stats() const;

 private:
  const std::unique_ptr<HostResolver> inner_;
  LookupCache<DnsName, HostAddresses> addresses_;
  LookupCache<IpAddress, PointerNames> names_;
  ActiveCalls calls_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_CACHING_HOST_RESOLVER_H_
