// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

// What makes a forged reply hard to aim, next to a source port that changes:
// a random transaction id, and random upper and lower case in the name asked
// for, which servers copy into their replies and which means nothing otherwise
// ("0x20", draft-vixie-dnsext-dns0x20). c-ares 1.18 draws its ids from RC4 and
// compares names without regard to case, so both are made and checked here.

#ifndef PULLGATE_COMMON_DNS_DNS_QUERY_H_
#define PULLGATE_COMMON_DNS_DNS_QUERY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/dns/dns_question.h"

namespace pullgate {

// A query with recursion desired and without EDNS, ready to send; no two for
// one question look alike. Unavailable: a name below `onion`, which is never
// asked of DNS (RFC 7686), or the kernel gives no random bytes. Thread-safe.
absl::StatusOr<std::string> MakeDnsQuery(const DnsQuestion& question);

// Whether the reply repeats the question of this query letter by letter. Who
// did not see the query can only guess: one bit for each letter of the name.
bool EchoesQuestion(absl::string_view query, absl::string_view reply);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_DNS_QUERY_H_
