// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/recorded_event.h"

#include <utility>

namespace pullgate::pdp {

std::optional<RecordedEvent> ParseRecordedEvent(std::string payload) {
  RecordedEvent recorded;
  if (!recorded.event.ParseFromString(payload)) return std::nullopt;
  recorded.hash = HashEvent(payload);
  recorded.payload = std::move(payload);
  return recorded;
}

}  // namespace pullgate::pdp
