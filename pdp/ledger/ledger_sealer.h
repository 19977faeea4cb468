// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_LEDGER_SEALER_H_
#define PULLGATE_PDP_LEDGER_LEDGER_SEALER_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/audit/event_hash.h"
#include "common/sqlite/database.h"

namespace pullgate::pdp {

// Takes part in the ledger's transactions, so that whatever it keeps about the
// events is durable with them. Used by the thread that holds the writer.
//
// A transaction is any number of Add() and Forget(), then Seal(), then
// Committed() or Abandoned().
class LedgerSealer {
 public:
  virtual ~LedgerSealer() = default;

  // The hash of the event at the next position. Positions have no gaps.
  virtual void Add(const EventHash& hash) = 0;

  // The events from `first` to `last`, the oldest there are, are about to be
  // deleted; they can still be read.
  virtual absl::Status Forget(int64_t first, int64_t last) = 0;

  // Everything up to `last_position` is about to be committed. `segment_end`:
  // of the newest segment that this transaction closed; 0: it closed none.
  virtual absl::Status Seal(int64_t last_position, int64_t segment_end) = 0;

  // How the transaction ended. Abandoned: nothing of it happened.
  virtual void Committed() = 0;
  virtual void Abandoned() = 0;
};

// Makes the sealer of a ledger that has its tables; `database` is the writer's
// connection, outside any transaction, and outlives the sealer.
using LedgerSealerFactory =
    std::function<absl::StatusOr<std::unique_ptr<LedgerSealer>>(
        Database* database)>;

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_LEDGER_SEALER_H_
