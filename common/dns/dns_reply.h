// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_DNS_REPLY_H_
#define PULLGATE_COMMON_DNS_DNS_REPLY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/dns/dns_question.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// CNAME records followed from the name asked to the records wanted.
inline constexpr int kMaxAliases = 16;

// What a DNS server said. Both lists are empty when it said that there is no
// such name, or that the name has no such records.
struct DnsReply {
  // For A and AAAA, in the order received; IPv4-mapped ones are IPv4.
  std::vector<IpAddress> addresses;
  // For PTR, in the order received; what is no DNS name is left out.
  std::vector<DnsName> names;
  // The least TTL of the records used, aliases included; a TTL with its highest
  // bit set is zero (RFC 2181 §8). For an empty reply, what RFC 2308 §5 makes
  // of the SOA record, or zero without one.
  absl::Duration ttl;
};

// Reads a server's reply to `question`.
//
// Only records are used that belong to the name asked or to what it is an alias
// of, within this very message: c-ares' own parsers follow any CNAME record,
// whoever owns it, and pass over negative TTLs, so the message is read here.
// That the transaction id and the source are right is c-ares' to check.
//
// Unavailable says what is wrong: malformed, truncated, not a reply to this
// question, an error code, a referral, records of other names only, an alias
// chain that is ambiguous, circular or longer than kMaxAliases. Pure; linear in
// the size of the message.
absl::StatusOr<DnsReply> ParseDnsReply(const DnsQuestion& question,
                                       absl::string_view bytes);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_REPLY_H_
