// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_
#define PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rpc/caller.h"
#include "pdp/service/pull_question.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::pdp {

// Sees what was answered and cannot change it: logs, metrics.
//
// Thread-safe. Called on gRPC's threads for every question: never waits, never
// fails, and counts what it has to drop.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;

  virtual void Decided(const Caller& caller, const PullQuestion& question,
                       const pullgate::decision::v1::Decision& decision,
                       absl::Duration elapsed) = 0;

  // A call of CheckPull ended, after so long.
  virtual void CallEnded(absl::StatusCode code, absl::Duration elapsed) = 0;

  // A question that was not evaluated.
  virtual void Failed(const Caller& caller, const absl::Status& status) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_
