// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_
#define PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "pdp/ledger/audit_ledger.h"
#include "pdp/ledger/recorded_event.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

// `events` as an agent would send them.
inline std::vector<RecordedEvent> Recorded(
    const std::vector<pullgate::audit::v1::AuditEvent>& events) {
  std::vector<RecordedEvent> recorded;
  recorded.reserve(events.size());
  for (const auto& event : events) {
    recorded.push_back(*ParseRecordedEvent(event.SerializeAsString()));
  }
  return recorded;
}

// Appends `events`. The last durable sequence, or why not all were stored.
inline absl::StatusOr<int64_t> Store(
    AuditLedger& ledger, const VchId& vch, absl::string_view epoch,
    const std::vector<pullgate::audit::v1::AuditEvent>& events) {
  const auto result =
      ledger.Append(vch, epoch, Recorded(events), /*dropped_through=*/0);
  if (!result.ok()) return result.status();
  if (!result->refused.ok()) return result->refused;
  return result->last_sequence;
}

}  // namespace pullgate::pdp

#endif  // PULLGATE_TESTS_SUPPORT_PDP_RECORDED_EVENTS_H_
