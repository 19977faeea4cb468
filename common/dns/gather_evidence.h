// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_DNS_GATHER_EVIDENCE_H_
#define PULLGATE_COMMON_DNS_GATHER_EVIDENCE_H_

#include "absl/time/time.h"
#include "common/dns/host_resolver.h"
#include "common/policy/evidence.h"
#include "common/registry/registry_address.h"

namespace pullgate {

// What DNS says about the registry of a question (docs/semantics.md §3): for a
// name the addresses of the host to connect to, for an address its
// forward-confirmed names (FCrDNS). Never fails: a look-up that did is evidence
// with Outcome::kFailed, and is decided on as such.
//
// Returns by `deadline`. Thread-safe if `dns` is.
Evidence GatherEvidence(const RegistryAddress& question, HostResolver& dns,
                        absl::Time deadline);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_DNS_GATHER_EVIDENCE_H_
