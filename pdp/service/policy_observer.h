// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_POLICY_OBSERVER_H_
#define PULLGATE_PDP_SERVICE_POLICY_OBSERVER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"

namespace pullgate::pdp {

// Sees changes of policies: logs, metrics. Thread-safe; never waits or fails.
class PolicyObserver {
 public:
  virtual ~PolicyObserver() = default;

  // `what`: "set", "deleted" or "rolled_back". `revision`: under which it was
  // stored.
  virtual void PolicyChanged(const VchId& vch, absl::string_view what,
                             int64_t revision, const std::string& actor,
                             const std::string& note) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_POLICY_OBSERVER_H_
