// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_ARES_CHANNEL_H_
#define PULLGATE_COMMON_DNS_ARES_CHANNEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/dns/ares_resolver_options.h"
#include "common/dns/dns_question.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// Sends queries to DNS servers through c-ares and gives back what they said,
// unread. Retries, other servers, and TCP after a truncated UDP reply are
// c-ares' work.
//
// c-ares 1.18 is not thread-safe: a channel is touched by one thread, which
// this class owns, and which alone also runs its callbacks. Callers hand their
// questions over and wait. A caller that leaves at its deadline leaves its
// queries behind; they end when c-ares gives them up, and count as pending
// until then.
//
// Thread-safe, except for the destructor.
class AresChannel {
 public:
  // Uses all options but the hosts file and the search list. InvalidArgument or
  // Internal: c-ares refuses them.
  static absl::StatusOr<std::unique_ptr<AresChannel>> Create(
      const AresResolverOptions& options);

  // No call may be inside: Stop() first, and await them.
  ~AresChannel();

  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  // Asks everything at once and gives the messages in the order of the
  // questions: replies that say "no error" or "no such name". Blocks until all
  // are there, one has failed, or `deadline`.
  //
  // Unavailable: time-out, an error code of every server, no server reachable,
  // or Stop(). DeadlineExceeded, ResourceExhausted (more than max_pending):
  // as said.
  absl::StatusOr<std::vector<std::string>> Ask(
      const std::vector<DnsQuestion>& questions, absl::Time deadline);

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
