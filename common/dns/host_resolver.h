// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_HOST_RESOLVER_H_
#define PULLGATE_COMMON_DNS_HOST_RESOLVER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// The addresses of a name.
struct HostAddresses {
  // Sorted, without repeats; empty if the name has none or does not exist. At
  // most kMaxEvidenceAddresses; more is an error of the resolver.
  std::vector<IpAddress> addresses;
  // The absolute name that answered: differs from the one asked when the search
  // list completed a single label.
  std::string queried_name;
  // How long the answer may be reused.
  absl::Duration ttl;
};

// The PTR names of an address, unconfirmed.
struct PointerNames {
  // As DNS gave them, at most kMaxEvidenceNames; what is no DNS name is left
  // out.
  std::vector<DnsName> names;
  absl::Duration ttl;
};

// Names and addresses as DNS sees them now.
//
// Thread-safe; blocks the caller at most until `deadline`. "No such name" and
// "no data" are answers (OK, empty). Unavailable: DNS did not answer (time-out,
// SERVFAIL, a malformed or truncated answer, one of A and AAAA without answer),
// so the caller must not guess. DeadlineExceeded: `deadline` came first.
// ResourceExhausted: too many look-ups at once. FailedPrecondition: looking up
// is switched off (OffHostResolver).
class HostResolver {
 public:
  virtual ~HostResolver() = default;

  // A and AAAA must each answer. A name with a dot is absolute; a single label
  // goes through the hosts file and then the search list.
  virtual absl::StatusOr<HostAddresses> Addresses(const DnsName& name,
                                                  absl::Time deadline) = 0;

  // Takes the answer to number `index` of the names, once for each.
  using OnFound =
      absl::FunctionRef<void(size_t index, absl::StatusOr<HostAddresses>)>;

  // The same for each of `names`, all asked at once where the resolver can, and
  // given as they come, in any order: one that fails or is slow does not touch
  // the others. Returns when all are given.
  virtual void AddressesOfAll(const std::vector<DnsName>& names,
                              absl::Time deadline, OnFound on_found) {
    for (size_t i = 0; i < names.size(); ++i) {
      on_found(i, Addresses(names[i], deadline));
    }
  }

  virtual absl::StatusOr<PointerNames> Names(const IpAddress& address,
                                             absl::Time deadline) = 0;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_HOST_RESOLVER_H_
