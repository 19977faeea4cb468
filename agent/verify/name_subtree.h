// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_VERIFY_NAME_SUBTREE_H_
#define PULLGATE_AGENT_VERIFY_NAME_SUBTREE_H_

#include <openssl/x509.h>

#include <string>

#include "absl/strings/string_view.h"

namespace pullgate::agent {

// How the names of one kind relate to one subtree of a name constraint
// (RFC 5280 §4.2.1.10).
enum class Subtree {
  kOutside,
  kInside,
  // Of a wildcard: some of what it covers.
  kPartly,
  // The name is no name of its kind.
  kMalformed,
};

// `base` "example.com" has itself and all below it; ".example.com", which only
// private CAs write, all below it; "" has every name. `name` may begin with
// "*.", for exactly one label.
Subtree DnsInSubtree(absl::string_view name, absl::string_view base);

// `base`: 8 or 32 octets, address and mask.
Subtree IpInSubtree(absl::string_view octets, absl::string_view base);

// `base`: a mailbox, a host, or ".domain" for all hosts below it. Nothing is a
// wildcard.
Subtree EmailInSubtree(absl::string_view mailbox, absl::string_view base);

// `base`: a host, or ".domain" for all hosts below it. A URI without a host
// that is a name is malformed here, as it cannot be compared.
Subtree UriInSubtree(absl::string_view uri, absl::string_view base);

// Whether the relative names of `base` are the first ones of `name`.
Subtree DirectoryInSubtree(const X509_NAME* name, const X509_NAME* base);

// What a constraint may say, by kind. The private form of a dNSName begins with
// a dot.
bool IsDnsBase(absl::string_view base, bool leading_dot);
bool IsIpBase(absl::string_view base);
bool IsEmailBase(absl::string_view base);
bool IsUriBase(absl::string_view base);

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_VERIFY_NAME_SUBTREE_H_
