// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_OFF_HOST_RESOLVER_H_
#define PULLGATE_COMMON_DNS_OFF_HOST_RESOLVER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/host_resolver.h"

namespace pullgate {

// For a process that is configured not to look anything up (`dns.off`): always
// FailedPrecondition, which makes evidence absent rather than failed.
class OffHostResolver final : public HostResolver {
 public:
  absl::StatusOr<HostAddresses> Addresses(const DnsName& /*name*/,
                                          absl::Time /*deadline*/) override {
    return Off();
  }
  absl::StatusOr<PointerNames> Names(const IpAddress& /*address*/,
                                     absl::Time /*deadline*/) override {
    return Off();
  }

 private:
  static absl::Status Off() {
    return absl::FailedPreconditionError(
        "DNS look-ups are switched off by configuration (dns.off)");
  }
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_OFF_HOST_RESOLVER_H_
