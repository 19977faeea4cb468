// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_EVENT_TALLY_H_
#define PULLGATE_PDP_LEDGER_EVENT_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "pdp/ledger/audit_ledger.h"

namespace pullgate::pdp {

// Counts events by group. One thread at a time.
class EventTally {
 public:
  explicit EventTally(size_t max_groups) : max_groups_(max_groups) {}

  // Counts `count` events of the group with these values, dated from `first_ns`
  // to `last_ns`. ResourceExhausted, reason TOO_MANY_GROUPS.
  absl::Status Add(const std::vector<std::string>& values, int64_t count,
                   int64_t first_ns, int64_t last_ns);

  // In no order.
  std::vector<EventCount> Take();

 private:
  const size_t max_groups_;
  absl::flat_hash_map<std::vector<std::string>, EventCount> groups_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_EVENT_TALLY_H_
