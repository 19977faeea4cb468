// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_AUDIT_OBSERVER_H_
#define PULLGATE_PDP_SERVICE_AUDIT_OBSERVER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "common/identity/vch_id.h"
#include "common/rpc/caller.h"

namespace pullgate::pdp {

// Sees what happens to the ledger: logs, metrics. Thread-safe; never waits or
// fails.
class AuditObserver {
 public:
  virtual ~AuditObserver() = default;

  // `count` events, repeats included, are durable up to `sequence`.
  virtual void EventsStored(const VchId& vch, int count, int64_t sequence) = 0;
  // A report that ended with an error.
  virtual void ReportFailed(const Caller& caller,
                            const absl::Status& status) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_AUDIT_OBSERVER_H_
