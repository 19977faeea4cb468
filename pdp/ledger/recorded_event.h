// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_
#define PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/audit/event_hash.h"
#include "pdp/ledger/event_fields.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// The bytes in which an event was recorded, and what a ledger needs to know of
// what they say: made where the event arrives, on many threads, so that the one
// that stores it has little left to do.
struct RecordedEvent {
  // Kept and hashed, and never made again: serialising gives other bytes.
  std::string payload;
  EventHash hash = {};  // HashEvent(payload)
  EventFields fields;
  int64_t sequence = 0;
  std::optional<EventHash> previous_hash;  // nullopt: it has none of 32 bytes
  std::string wrong_as_link;  // WrongAsLink(), as an agent's; mostly empty
  // Of a KIND_GAP; otherwise null.
  std::shared_ptr<const pullgate::audit::v1::Gap> gap;
};

// Reads events, one after the other: into the same message, because making one
// for each takes as long as all the rest. One thread at a time.
class EventReader {
 public:
  // Nullopt: the bytes are no AuditEvent.
  std::optional<RecordedEvent> Read(std::string payload);

  // All that the event read last says. Valid until the next.
  const pullgate::audit::v1::AuditEvent& event() const { return event_; }

 private:
  pullgate::audit::v1::AuditEvent event_;
};

// The same for a single event.
std::optional<RecordedEvent> ParseRecordedEvent(std::string payload);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_
