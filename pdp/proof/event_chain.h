// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_PROOF_EVENT_CHAIN_H_
#define PULLGATE_PDP_PROOF_EVENT_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The chain that an epoch's events form, each with the hash of the one before:
// rules that hold when a ledger takes events, and whenever it is verified.

// The epoch of a ledger's own events, of no VCH.
inline constexpr char kLedgerEpoch[] = "ledger";

// The event_id of an event; `vch` is the id alone.
std::string EventIdOf(absl::string_view vch, absl::string_view epoch,
                      int64_t sequence);

// What is wrong with `event` as a link, seen by itself, as the rest of a
// sentence about it; empty: nothing. An agent's epoch starts with
// KIND_EPOCH_STARTED, and nothing but its first event lacks the hash of the one
// before. `own`: it is in the ledger's own epoch, which has events of
// KIND_RETENTION alone.
std::string WrongAsLink(const pullgate::audit::v1::AuditEvent& event, bool own);

// Events of an epoch that did not come.
struct Hole {
  int64_t first_sequence = 0;
  int64_t last_sequence = 0;
  // Of the last of them: the event after the hole carries it.
  EventHash last_hash = {};
};

// Whether `gap`, of the same epoch, says that its agent dropped these. A gap
// may cover several holes; the hash it tells is that of its own end.
bool Explains(const pullgate::audit::v1::Gap& gap, const Hole& hole);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_PROOF_EVENT_CHAIN_H_
