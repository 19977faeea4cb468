// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_STATS_H_
#define PULLGATE_PDP_LEDGER_LEDGER_STATS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/sqlite/database.h"

namespace pullgate::pdp {

// What a ledger holds.
struct LedgerStats {
  int64_t events = 0;
  int64_t bytes = 0;  // of the file, in use
  // The earliest event_time of the oldest segment; nullopt: no event.
  std::optional<absl::Time> oldest;
  int64_t forgotten = 0;          // events, ever
  int64_t unexplained_holes = 0;  // gaps in epochs that no gap event explains
};

// Quick: looks at counters. `database` is in no transaction; errors are those
// of SqliteStatus.
absl::StatusOr<LedgerStats> ReadLedgerStats(Database* database);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_STATS_H_
