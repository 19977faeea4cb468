// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_ADDRESS_SPACE_H_
#define PULLGATE_COMMON_POLICY_ADDRESS_SPACE_H_

#include "common/net/ip_prefix.h"

namespace pullgate {

// Whether all of a prefix lies inside private (RFC 1918, RFC 4193), shared
// (RFC 6598), loopback or link-local space: addresses that mean something else
// on every network.
bool IsInLocalSpace(const IpPrefix& prefix);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_ADDRESS_SPACE_H_
