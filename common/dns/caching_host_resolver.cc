// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/caching_host_resolver.h"

#include <utility>

namespace pullgate {

CachingHostResolver::CachingHostResolver(std::unique_ptr<HostResolver> inner,
                                         const Clock* clock,
                                         const LookupCacheOptions& options)
    : inner_(std::move(inner)),
      addresses_(clock, options),
      names_(clock, options) {}

CachingHostResolver::~CachingHostResolver() { calls_.AwaitNone(); }

absl::StatusOr<HostAddresses> CachingHostResolver::Addresses(
    const DnsName& name, absl::Time deadline) {
  const ActiveCalls::Scope scope(&calls_);
  return addresses_.Get(name, deadline,
                        [&] { return inner_->Addresses(name, deadline); });
}

void CachingHostResolver::AddressesOfAll(const std::vector<DnsName>& names,
                                         absl::Time deadline,
                                         OnFound on_found) {
  const ActiveCalls::Scope scope(&calls_);
  const auto look_up_all = [&](const std::vector<DnsName>& missing,
                               OnFound landed) {
    inner_->AddressesOfAll(missing, deadline, landed);
  };
  std::vector<absl::StatusOr<HostAddresses>> all =
      addresses_.GetAll(names, deadline, look_up_all);
  for (size_t i = 0; i < all.size(); ++i) on_found(i, std::move(all[i]));
}

absl::StatusOr<PointerNames> CachingHostResolver::Names(
    const IpAddress& address, absl::Time deadline) {
  const ActiveCalls::Scope scope(&calls_);
  return names_.Get(address, deadline,
                    [&] { return inner_->Names(address, deadline); });
}

LookupCacheStats CachingHostResolver::stats() const {
  LookupCacheStats sum = addresses_.stats();
  const LookupCacheStats names = names_.stats();
  sum.hits += names.hits;
  sum.misses += names.misses;
  sum.shared += names.shared;
  return sum;
}

}  // namespace pullgate
