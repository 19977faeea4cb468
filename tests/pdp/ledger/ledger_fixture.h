// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_LEDGER_LEDGER_FIXTURE_H_
#define PULLGATE_TESTS_PDP_LEDGER_LEDGER_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/files/data_directory.h"
#include "pdp/ledger/sqlite_audit_ledger.h"
#include "tests/support/audit_events.h"
#include "tests/support/pdp/recorded_events.h"
#include "tests/support/temp_dir.h"

namespace pullgate::pdp {

// A ledger together with the lock on its directory, as a PDP holds them.
struct OpenedLedger {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<SqliteAuditLedger> ledger;

  SqliteAuditLedger* operator->() const { return ledger.get(); }
  SqliteAuditLedger& operator*() const { return *ledger; }
};

inline absl::StatusOr<OpenedLedger> TryOpenLedger(
    const std::string& path, const SqliteAuditLedger::Options& options = {}) {
  OpenedLedger opened;
  auto directory = DataDirectory::Open(path);
  if (!directory.ok()) return directory.status();
  opened.directory = *std::move(directory);
  auto ledger = SqliteAuditLedger::Open(*opened.directory, options);
  if (!ledger.ok()) return ledger.status();
  opened.ledger = *std::move(ledger);
  return opened;
}

inline OpenedLedger OpenLedger(const std::string& path,
                               const SqliteAuditLedger::Options& options = {}) {
  return TryOpenLedger(path, options).value();
}

// The positions of `entries`.
inline std::vector<int64_t> PositionsOf(
    const std::vector<LedgerEntry>& entries) {
  std::vector<int64_t> positions;
  positions.reserve(entries.size());
  for (const LedgerEntry& entry : entries) positions.push_back(entry.position);
  return positions;
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_LEDGER_LEDGER_FIXTURE_H_
