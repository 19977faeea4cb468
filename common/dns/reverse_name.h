// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_REVERSE_NAME_H_
#define PULLGATE_COMMON_DNS_REVERSE_NAME_H_

#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

// Where the PTR records of an address are: under in-addr.arpa (RFC 1035 §3.5)
// or ip6.arpa (RFC 3596 §2.5).
DnsName ReverseName(const IpAddress& address);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_REVERSE_NAME_H_
