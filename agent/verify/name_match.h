// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_NAME_MATCH_H_
#define PULLGATE_AGENT_VERIFY_NAME_MATCH_H_

#include <openssl/x509.h>

#include <string>

#include "absl/strings/string_view.h"
#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"
#include "common/registry/registry_address.h"

namespace pullgate::agent {

// Whether a dNSName of a certificate covers the name that was asked (RFC 9525
// §6.3). "*." covers exactly one label, whatever it is, and nothing when what
// follows is a public suffix (the ICANN section of publicsuffix.org: names that
// strangers register below). A "*" elsewhere, and a name that is no DNS name,
// cover nothing. Not the wildcard of policies, which covers any depth.
bool DnsSanCovers(absl::string_view san, const DnsName& reference);

// Whether an iPAddress of a certificate is the address that was asked: the same
// 4 or 16 octets, not an IPv4-mapped spelling.
bool IpSanIs(absl::string_view octets, const IpAddress& reference);

// Empty if the certificate names the host that was asked: a name by a dNSName,
// an address by an iPAddress, never by the subject. Else why not, as the rest
// of "a certificate that ...".
std::string NameMismatch(const X509& leaf, const RegistryHost& reference);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_NAME_MATCH_H_
