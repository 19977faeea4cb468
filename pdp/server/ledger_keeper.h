// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_SERVER_LEDGER_KEEPER_H_
#define PULLGATE_PDP_SERVER_LEDGER_KEEPER_H_

#include "common/observe/log.h"
#include "common/observe/metrics.h"
#include "pdp/ledger/ledger_retention.h"
#include "pdp/ledger/sqlite_audit_ledger.h"

namespace pullgate::pdp {

// Keeps a ledger within its limits, and says in metrics what it holds.
class LedgerKeeper {
 public:
  // Not owned; outlive this.
  LedgerKeeper(SqliteAuditLedger* ledger, const RetentionLimits& limits,
               const Logger* log, Metrics* metrics)
      : ledger_(ledger), limits_(limits), log_(log), metrics_(metrics) {}

  // Forgets what goes beyond the limits. A storage that refuses is logged, and
  // asked again the next time.
  void Maintain();

  // Sets the metrics. Thread-safe.
  void Measure();

 private:
  SqliteAuditLedger* const ledger_;
  const RetentionLimits limits_;
  const Logger* const log_;
  Metrics* const metrics_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_SERVER_LEDGER_KEEPER_H_
