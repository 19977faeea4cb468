// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_
#define PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_

#include <optional>
#include <string>

#include "common/audit/event_hash.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// An event and the bytes in which it was recorded. These are kept and hashed,
// and never made again from `event`: serialising gives other bytes.
struct RecordedEvent {
  std::string payload;
  pullgate::audit::v1::AuditEvent event;  // what they say
  EventHash hash{};                       // HashEvent(payload)
};

// Nullopt: the bytes are no AuditEvent.
std::optional<RecordedEvent> ParseRecordedEvent(std::string payload);

}  // namespace pullgate::pdp

#endif  // PULLGATE_PDP_LEDGER_RECORDED_EVENT_H_
