// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_TESTS_SUPPORT_AUDIT_EVENTS_H_
#define PULLGATE_TESTS_SUPPORT_AUDIT_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/identity/vch_id.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate {

// The id `text`, which must be one.
VchId Vch(absl::string_view text);

// An event as the gate makes it, of ordinary size, not yet numbered: a permit
// for "registry.corp.example", at `seconds` since the Unix epoch.
pullgate::audit::v1::AuditEvent SampleEvent(int64_t seconds = 1'700'000'000);

// Events `first` to `last` of an epoch, as a spool has them: chained, those
// before `first` included, and the very first, which starts the epoch, says so.
// The event_time is that of the sequence: one second for each.
std::vector<pullgate::audit::v1::AuditEvent> SampleEvents(
    const VchId& vch, absl::string_view epoch, int64_t first, int64_t last);

// Gives each of `events` that follows on the one before it the hash of that
// one: for events that were changed.
void Chain(std::vector<pullgate::audit::v1::AuditEvent>& events);

// The sequences of `events`.
std::vector<int64_t> SequencesOf(
    const std::vector<pullgate::audit::v1::AuditEvent>& events);

}  // namespace pullgate

#endif  // PULLGATE_TESTS_SUPPORT_AUDIT_EVENTS_H_
