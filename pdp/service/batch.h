// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_BATCH_H_
#define PULLGATE_PDP_SERVICE_BATCH_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rpc/caller.h"
#include "common/rpc/worker_pool.h"
#include "pdp/service/decision_handler.h"
#include "pdp/service/decision_observer.h"
#include "pullgate/decision/v1/decision_service.pb.h"

namespace pullgate::pdp {

inline constexpr int kMaxBatch = 1'000;

// Whether a batch may be answered at all. InvalidArgument: no items or too
// many. PermissionDenied: an item names a VCH that is not the caller's.
absl::Status CheckBatch(
    const Caller& caller,
    const pullgate::decision::v1::BatchCheckPullsRequest& request);

// Who answers a batch, and by when. None owned; all outlive the batch.
struct BatchParts {
  DecisionHandler* handler;
  DecisionObserver* observer;
  WorkerPool* workers;
  absl::Time deadline;
};

// Answers every item of a checked batch into `response`, in order, each with
// its own decision or error, then calls `done`, once. Items that must wait do
// so side by side on workers; one for which there is no room there fails by
// itself. `request` and `response` stay valid until `done`.
void AnswerBatch(const Caller& caller, const BatchParts& parts,
                 const pullgate::decision::v1::BatchCheckPullsRequest& request,
                 pullgate::decision::v1::BatchCheckPullsResponse* response,
                 std::function<void()> done);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_BATCH_H_
