// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_PDP_VERIFY_LEDGER_FORGER_H_
#define PULLGATE_TESTS_PDP_VERIFY_LEDGER_FORGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// Somebody who owns the PDP's disk and knows all of its code, but has not its
// key: what is not signed is made to fit what was changed.
class LedgerForger {
 public:
  // Reads the events; `database`, not owned, outlives it.
  explicit LedgerForger(Database* database);

  struct Entry {
    int64_t position = 0;
    int64_t epoch_id = 0;
    pullgate::audit::v1::AuditEvent event;
  };
  // To be changed as one likes; positions are given anew.
  std::vector<Entry>& entries() { return entries_; }

  // Writes the entries: numbers and chains the events of each epoch anew, from
  // where the first one is, and makes epochs, segments, nodes, the ledger's
  // last position and the roots in checkpoints fit.
  void WriteAll();

 private:
  void Run(const std::string& sql);
  void ChainAnew();
  void WriteEvents();
  void WriteSegments();
  void WriteTree();

  Database* const database_;
  int64_t first_position_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::string> payloads_;
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_PDP_VERIFY_LEDGER_FORGER_H_
