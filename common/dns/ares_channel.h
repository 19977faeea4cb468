// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ARES_CHANNEL_H_
#define PULLGATE_COMMON_DNS_ARES_CHANNEL_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/dns/ares_resolver_options.h"
#include "common/dns/dns_batch.h"
#include "common/dns/dns_question.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// Sends queries to DNS servers through c-ares and gives back what they said,
// unread. Retries, other servers, and TCP after a truncated UDP reply are
// c-ares' work.
//
// Against replies that somebody forges without seeing the queries: random ids
// and letter case (dns_query.h), and source ports that change after at most
// kQueriesPerPort queries. A reply over UDP that has the case of the name
// otherwise than the query, from a forger or from a server that does not keep
// it, is not used; the question is asked again over TCP.
//
// c-ares 1.18 is not thread-safe: it is touched by one thread, which this class
// owns, and which alone also runs its callbacks. Callers hand their questions
// over and wait. A caller that leaves at its deadline leaves its queries
// behind; they end when c-ares gives them up, and count as pending until then.
//
// Thread-safe, except for the destructor.
class AresChannel {
 public:
  static constexpr int kQueriesPerPort = 64;

  // Uses all options but the hosts file and the search list. InvalidArgument or
  // Internal: c-ares refuses them.
  static absl::StatusOr<std::unique_ptr<AresChannel>> Create(
      const AresResolverOptions& options);

  // No call may be inside: Stop() first, and await them.
  ~AresChannel();

  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  // Asks everything at once. Await() on the result gives the replies, which
  // may be errors of the server, or fails as soon as one question has: with
  // Unavailable when there was a time-out, SERVFAIL, NOTIMP or REFUSED from
  // every server, no server reachable, or Stop().
  //
  // Unavailable: after Stop(). ResourceExhausted: more than max_pending.
  absl::StatusOr<std::shared_ptr<DnsBatch>> Ask(
      const std::vector<DnsQuestion>& questions,
      std::shared_ptr<DnsArrivals> arrivals = nullptr);

  // Fails every call, present and future, with Unavailable.
  void Stop();

  // The search list of resolv.conf, as it was at start.
  const std::vector<DnsName>& search() const;

 private:
  class Loop;

  explicit AresChannel(std::unique_ptr<Loop> loop);

  const std::unique_ptr<Loop> loop_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_ARES_CHANNEL_H_
