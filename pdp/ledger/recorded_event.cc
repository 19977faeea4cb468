// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/recorded_event.h"

#include <utility>

#include "pdp/proof/event_chain.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::Gap;

std::optional<RecordedEvent> EventReader::Read(std::string payload) {
  if (!event_.ParseFromString(payload)) return std::nullopt;
  std::optional<RecordedEvent> recorded(std::in_place);
  recorded->hash = HashEvent(payload);
  recorded->payload = std::move(payload);
  recorded->fields.Read(event_);
  recorded->sequence = event_.sequence();
  recorded->previous_hash = EventHashFromBytes(event_.previous_hash());
  recorded->wrong_as_link = WrongAsLink(event_, /*own=*/false);
  if (event_.kind() == AuditEvent::KIND_GAP) {
    recorded->gap = std::make_shared<Gap>(event_.gap());
  }
  return recorded;
}

std::optional<RecordedEvent> ParseRecordedEvent(std::string payload) {
  return EventReader().Read(std::move(payload));
}

}  // namespace pullgate::pdp
