// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROTECT_PROTECTED_REFRESHER_H_
#define PULLGATE_PDP_PROTECT_PROTECTED_REFRESHER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/dns/host_resolver.h"
#include "common/observe/log.h"
#include "common/observe/log_rate_limiter.h"
#include "common/policy/policy_snapshot.h"
#include "common/time/clock.h"
#include "pdp/policy/policy_book.h"

namespace pullgate::pdp {

// Keeps the addresses of protected names: docs/semantics.md §2. New addresses
// are a change of the process-wide settings, so they have a revision and reach
// every agent.
//
// A look-up that fails, or finds no address, keeps those last seen: an outage
// of DNS must not take protection away. Docker Hub, which is protected by its
// names without being listed, is looked up only if it is.
class ProtectedRefresher {
 public:
  // Not owned; outlive this. `timeout` is for one name.
  ProtectedRefresher(HostResolver* dns, PolicyBook* book, const Logger* log,
                     const Clock* clock, absl::Duration timeout);

  // Looks up every protected name, until `deadline`: names that are left then
  // keep what they have. Waits for DNS and storage. One thread at a time.
  void Refresh(absl::Time deadline);

 private:
  struct Answer {
    std::string host;  // as it is listed
    std::vector<std::string> addresses;
  };

  // What DNS says about those whose addresses differ from what is known.
  std::vector<Answer> LookUp(
      const std::vector<ProtectedRegistryText>& registries,
      absl::Time deadline);
  void Store(const std::vector<Answer>& answers);

  HostResolver* const dns_;
  PolicyBook* const book_;
  const Logger* const log_;
  const Clock* const clock_;
  const absl::Duration timeout_;
  LogRateLimiter failures_;
};

// `registries` with the addresses that `known` has for the same hosts.
std::vector<ProtectedRegistryText> WithKnownAddresses(
    std::vector<ProtectedRegistryText> registries,
    const std::vector<ProtectedRegistryText>& known);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROTECT_PROTECTED_REFRESHER_H_
