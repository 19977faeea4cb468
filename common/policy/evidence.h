// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_POLICY_EVIDENCE_H_
#define PULLGATE_COMMON_POLICY_EVIDENCE_H_

#include <string>
#include <vector>

#include "common/net/ip_address.h"
#include "common/registry/dns_name.h"

namespace pullgate {

inline constexpr int kMaxEvidenceAddresses = 64;
inline constexpr int kMaxEvidenceNames = 16;

// What DNS said about the registry of a question (docs/semantics.md §3).
struct Evidence {
  enum class Outcome {
    kAbsent,    // Nobody looked: decide by name rules alone, unpinned.
    kLookedUp,  // DNS answered, maybe with nothing.
    kFailed,    // DNS did not answer.
  };

  Outcome outcome = Outcome::kAbsent;
  // For a question about a name: the addresses of the host to connect to.
  // Sorted and without repeats.
  std::vector<IpAddress> addresses;
  // For a question about an address: its forward-confirmed names. Sorted and
  // without repeats.
  std::vector<DnsName> names;
  // The full name that was looked up, when it is not the one asked.
  std::string queried_name;
  // What failed, for a reader.
  std::string failure;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_POLICY_EVIDENCE_H_
