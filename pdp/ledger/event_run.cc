// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_run.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

absl::Status Broken(int64_t sequence, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the event with sequence ", sequence, " ", what));
}

absl::Status Gap(int64_t sequence, int64_t expected) {
  return absl::OutOfRangeError(
      absl::StrCat("the event with sequence ", sequence, " comes where ",
                   expected, " was expected: send the events from there on"));
}

// Whether `event` may follow the sequence `previous` of its batch; 0: it is the
// first.
absl::Status CheckNext(const std::string& vch_name, absl::string_view epoch,
                       int64_t previous, const AuditEvent& event) {
  const int64_t sequence = event.sequence();
  if (event.vch() != vch_name) {
    return Broken(sequence, absl::StrCat("is of \"", event.vch(),
                                         "\" in a batch of ", vch_name));
  }
  if (event.epoch() != epoch) {
    return Broken(sequence, absl::StrCat("is of epoch \"", event.epoch(),
                                         "\" in a batch of epoch ", epoch));
  }
  if (sequence < 1) {
    return Broken(sequence, "is not numbered: sequences start at 1");
  }
  if (sequence <= previous) {
    return Broken(sequence,
                  absl::StrCat("is not in order: it comes after ", previous));
  }
  if (previous > 0 && sequence != previous + 1) {
    return Gap(sequence, previous + 1);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::Span<const AuditEvent>> NewEvents(
    const VchId& vch, absl::string_view epoch, int64_t last_sequence,
    absl::Span<const AuditEvent> events) {
  const std::string vch_name = vch.Name();
  int64_t previous = 0;
  size_t known = 0;
  for (const AuditEvent& event : events) {
    PULLGATE_RETURN_IF_ERROR(CheckNext(vch_name, epoch, previous, event));
    previous = event.sequence();
    if (previous <= last_sequence) ++known;
  }
  const absl::Span<const AuditEvent> fresh = events.subspan(known);
  if (!fresh.empty() && fresh.front().sequence() != last_sequence + 1) {
    return Gap(fresh.front().sequence(), last_sequence + 1);
  }
  return fresh;
}

}  // namespace pullgate::pdp
