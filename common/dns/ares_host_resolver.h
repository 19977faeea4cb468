// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ARES_HOST_RESOLVER_H_
#define PULLGATE_COMMON_DNS_ARES_HOST_RESOLVER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/active_calls.h"
#include "common/dns/ares_channel.h"
#include "common/dns/ares_resolver_options.h"
#include "common/dns/dns_batch.h"
#include "common/dns/host_resolver.h"
#include "common/dns/hosts_file.h"

namespace pullgate {

// Looks names up as the host does, through the hosts file and c-ares, but
// fails where the host would guess (docs/semantics.md §3).
//
// A name with a dot is absolute. A single label is completed with each domain
// of the search list in turn and then taken as it is; the first that has an
// address answers. A failure on the way ends the search, for whoever can make
// one domain fail must not choose the next.
//
// `localhost` and names below it never leave the machine (RFC 6761 §6.3).
// Names of addresses come from DNS alone: the hosts file has no PTR records.
// More than kMaxEvidenceAddresses addresses are Unavailable: part of them would
// be a guess. Of more than kMaxEvidenceNames names the first count.
//
// Nothing is cached here. Destruction fails the look-ups in flight with
// Unavailable and waits until they have returned.
class AresHostResolver final : public HostResolver {
 public:
  // Takes the search list of resolv.conf, once. Internal: c-ares does not start
  // with the options.
  static absl::StatusOr<std::unique_ptr<AresHostResolver>> Create(
      const AresResolverOptions& options);
  ~AresHostResolver() override;

  absl::StatusOr<HostAddresses> Addresses(const DnsName& name,
                                          absl::Time deadline) override;
  void AddressesOfAll(const std::vector<DnsName>& names, absl::Time deadline,
                      OnFound on_found) override;
  absl::StatusOr<PointerNames> Names(const IpAddress& address,
                                     absl::Time deadline) override;

 private:
  struct Lookup;

  AresHostResolver(std::unique_ptr<AresChannel> channel,
                   const AresResolverOptions& options);

  // Asks what can be asked at once, and waits for nothing.
  Lookup Begin(const DnsName& name, std::shared_ptr<DnsArrivals> arrivals);
  absl::StatusOr<HostAddresses> Finish(const Lookup& lookup,
                                       absl::Time deadline);
  // The absolute names to try for `name`, in order; at least one.
  std::vector<DnsName> Candidates(const DnsName& name) const;

  const std::unique_ptr<AresChannel> channel_;
  const std::vector<DnsName> search_;
  HostsFile hosts_;
  ActiveCalls calls_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_ARES_HOST_RESOLVER_H_
