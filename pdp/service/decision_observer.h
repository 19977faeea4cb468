// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_
#define PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rpc/caller.h"
#include "pullgate/decision/v1/decision.pb.h"

namespace pullgate::pdp {

// What is remembered of a decision.
struct DecisionRecord {
  std::string vch;       // the bare id
  std::string registry;  // canonical
  pullgate::decision::v1::Effect effect =
      pullgate::decision::v1::EFFECT_UNSPECIFIED;
  pullgate::decision::v1::DenyReason reason =
      pullgate::decision::v1::DENY_REASON_UNSPECIFIED;
  std::string rule;  // "whitelist[3]"; empty for none
  int64_t policy_revision = 0;
  std::string decision_id;
  pullgate::decision::v1::EvidenceSource evidence_source =
      pullgate::decision::v1::EVIDENCE_SOURCE_UNSPECIFIED;
  absl::Duration elapsed;
};

// Sees what was answered and cannot change it: logs, metrics.
//
// Thread-safe. Called on gRPC's threads for every question, before the answer
// leaves: never waits, never fails, and counts what it has to drop.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;

  virtual void Decided(const Caller& caller, DecisionRecord record) = 0;

  // A call of CheckPull ended, after so long.
  virtual void CallEnded(absl::StatusCode code, absl::Duration elapsed) = 0;

  // A question that was not evaluated.
  virtual void Failed(const Caller& caller, const absl::Status& status) = 0;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVICE_DECISION_OBSERVER_H_
