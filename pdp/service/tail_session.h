// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_TAIL_SESSION_H_
#define PULLGATE_PDP_SERVICE_TAIL_SESSION_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sync/mutex.h"
#include "pdp/ledger/audit_ledger.h"
#include "pullgate/audit/v1/audit_service.pb.h"

namespace pullgate::pdp {

// What one follower of the ledger has seen and is to see next. Thread-safe.
//
// Holds at most kBatch events: who reads slowly falls behind in the ledger, not
// in memory.
class TailSession {
 public:
  static constexpr int kBatch = 100;

  // InvalidArgument: a malformed filter or cursor.
  static absl::StatusOr<std::unique_ptr<TailSession>> Create(
      const pullgate::audit::v1::TailEventsRequest& request);

  // Reads on in the ledger if everything read before has been taken. Returns
  // the position up to which all has been looked at. Without a cursor the first
  // call says where to start: at the ledger's end. Waits for storage.
  absl::StatusOr<int64_t> Fill(AuditLedger& ledger) ABSL_LOCKS_EXCLUDED(mu_);

  // The next event to send; none until Fill() has found one.
  std::optional<pullgate::audit::v1::TailEventsResponse> Next()
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  TailSession(LedgerFilter filter, std::optional<int64_t> position)
      : filter_(std::move(filter)), position_(position) {}

  const LedgerFilter filter_;
  Mutex mu_;
  // Looked at up to here; none: at the end, wherever that is.
  std::optional<int64_t> position_ ABSL_GUARDED_BY(mu_);
  std::deque<LedgerEntry> found_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_TAIL_SESSION_H_
