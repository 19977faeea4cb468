// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_VERIFY_RETENTION_CHECK_H_
#define PULLGATE_PDP_VERIFY_RETENTION_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/sqlite/database.h"
#include "pdp/verify/chain_check.h"
#include "pdp/verify/findings.h"

namespace pullgate::pdp {

// Holds what is not there any more against the ledger's own events, which say
// what it was told to forget.
class RetentionCheck {
 public:
  // Not owned.
  explicit RetentionCheck(Findings* findings) : findings_(findings) {}

  // The next event by position, which parsed.
  void Event(const EventRow& row);

  // After the last event; `first` is the first that is there, 0: none is.
  // Errors are those of SqliteStatus.
  absl::Status Finish(const Database& database, int64_t first, int64_t last);

  // The last position that the ledger says it forgot; 0: none.
  int64_t forgotten() const { return forgotten_; }

 private:
  Findings* const findings_;
  int64_t forgotten_ = 0;
  int64_t recorded_at_ = 0;  // the position of the event that says so
  std::string recorded_in_;  // its event_id
  std::string epochs_hash_;  // what it says
};

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_VERIFY_RETENTION_CHECK_H_
