// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/dns/make_host_resolver.h"

#include <utility>

#include "common/dns/ares_host_resolver.h"
#include "common/dns/off_host_resolver.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<DnsView> MakeHostResolver(const DnsOptions& options,
                                         const Clock* clock) {
  if (options.off) return DnsView{std::make_unique<OffHostResolver>(), nullptr};
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<AresHostResolver> ares,
                            AresHostResolver::Create(options.resolver));
  auto caching = std::make_unique<CachingHostResolver>(std::move(ares), clock,
                                                       options.cache);
  const CachingHostResolver* cache = caching.get();
  return DnsView{std::move(caching), cache};
}

}  // namespace pullgate
