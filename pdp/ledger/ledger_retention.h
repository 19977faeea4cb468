// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_RETENTION_H_
#define PULLGATE_PDP_LEDGER_LEDGER_RETENTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sqlite/database.h"
#include "pdp/ledger/event_run.h"
#include "pdp/ledger/recorded_event.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// How much a ledger keeps.
struct RetentionLimits {
  absl::Duration max_age;  // zero: any
  int64_t max_bytes = 0;   // of the file that are in use; 0: any
};

// What is to be forgotten: whole segments, the oldest there are.
struct RetentionCut {
  int64_t first_position = 0;
  int64_t last_position = 0;
  int64_t latest_time_ns = 0;  // event_time among them
  pullgate::audit::v1::Retention::Cause cause =
      pullgate::audit::v1::Retention::CAUSE_UNSPECIFIED;
  std::string limit;  // for a reader: "older than 90 days"
};

// All in a transaction of `database`. Errors are those of SqliteStatus.

// What goes beyond `limits`, at most `max_segments` at a time. A segment is too
// old if all its events are, or if it was closed that long ago: an agent's
// clock that runs ahead keeps nothing for ever.
absl::StatusOr<std::optional<RetentionCut>> PlanRetention(
    const Database& database, const RetentionLimits& limits, absl::Time now,
    int max_segments);

// Deletes the events of `cut` and their segments, and notes for each epoch the
// last one that is gone: the chain goes on from there.
absl::Status ForgetEvents(Database* database, const RetentionCut& cut);

// The ledger's own event that says so, after its event `state`.
absl::StatusOr<RecordedEvent> MakeRetentionEvent(const Database& database,
                                                 const RetentionCut& cut,
                                                 const EpochState& state,
                                                 absl::Time now);

// The bytes of the file that are in use; the rest of it is filled first.
absl::StatusOr<int64_t> BytesInUse(const Database& database);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_RETENTION_H_
