// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_EVENT_RUN_H_
#define PULLGATE_PDP_LEDGER_EVENT_RUN_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/audit/event_hash.h"
#include "common/identity/vch_id.h"
#include "pdp/ledger/recorded_event.h"
#include "pdp/proof/event_chain.h"

namespace pullgate::pdp {

// How far a ledger has an epoch.
struct EpochState {
  int64_t last_sequence = 0;  // 0: nothing of it
  // Of the event with that sequence; nullopt: nothing is compared with it.
  std::optional<EventHash> last_hash;
};

// What a ledger is to store of a batch.
struct EventRun {
  // New, valid and in order.
  absl::Span<const RecordedEvent> fresh;
  // What the agent dropped before `fresh`.
  std::optional<Hole> hole;
  // Why what follows them is not stored; OK: nothing follows. Names the
  // sequence that it breaks at. OutOfRange, reason SEQUENCE_GAP: a gap.
  // InvalidArgument: an event of another VCH or epoch, or not in order; reason
  // CHAIN_BROKEN: it does not follow the event before it (event_chain.h).
  absl::Status refused;
};

// The part of `events` that is new to a ledger which has the epoch up to
// `state`, and which the agent told that what follows up to `dropped_through`
// is gone (0: nothing is).
EventRun NewEvents(const VchId& vch, absl::string_view epoch,
                   const EpochState& state, int64_t dropped_through,
                   absl::Span<const RecordedEvent> events);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_EVENT_RUN_H_
