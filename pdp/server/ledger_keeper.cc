// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/server/ledger_keeper.h"

#include "common/observe/names.h"

namespace pullgate::pdp {

void LedgerKeeper::Maintain() {
  const absl::Status status = ledger_->Maintain(limits_);
  if (!status.ok()) {
    log_->Error("the ledger cannot forget what goes beyond its limits",
                {{names::kStatus, status}});
  }
  Measure();
}

void LedgerKeeper::Measure() {
  const absl::StatusOr<LedgerStats> stats = ledger_->Stats();
  if (!stats.ok()) {
    log_->Error("the ledger cannot be read",
                {{names::kStatus, stats.status()}});
    return;
  }
  const auto set = [this](const MetricInfo& metric, int64_t value) {
    metrics_->GaugeOf(metric).Set(static_cast<double>(value));
  };
  set(names::kLedgerEvents, stats->events);
  set(names::kLedgerBytes, stats->bytes);
  set(names::kLedgerOldest,
      stats->oldest ? absl::ToUnixSeconds(*stats->oldest) : 0);
  set(names::kLedgerForgotten, stats->forgotten);
  set(names::kLedgerHoles, stats->unexplained_holes);
}

}  // namespace pullgate::pdp
