// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_run.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

absl::Status Broken(int64_t sequence, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the event with sequence ", sequence, " ", what));
}

absl::Status Gap(int64_t sequence, int64_t expected) {
  return WithReason(
      absl::OutOfRangeError(absl::StrCat(
          "the event with sequence ", sequence, " comes where ", expected,
          " was expected: send the events from there on")),
      "SEQUENCE_GAP");
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

EventRun NewEvents(const VchId& vch, absl::string_view epoch,
                   const EpochState& state, int64_t dropped_through,
                   absl::Span<const RecordedEvent> events) {
  const std::string vch_name = vch.Name();
  const int64_t first = std::max(state.last_sequence, dropped_through) + 1;
  EventRun run;
  int64_t previous = 0;
  size_t known = 0;
  size_t valid = 0;
  for (; valid < events.size() && run.refused.ok(); ++valid) {
    const AuditEvent& event = events[valid].event;
    run.refused = CheckNext(vch_name, epoch, previous, event);
    const bool is_known = event.sequence() <= state.last_sequence;
    const bool is_first = valid == known && !is_known;
    if (run.refused.ok() && is_first && event.sequence() != first) {
      run.refused = Gap(event.sequence(), first);
    }
    if (!run.refused.ok()) break;
    previous = event.sequence();
    if (is_known) ++known;
  }
  run.fresh = events.subspan(known, valid - known);
  return run;
}

}  // namespace pullgate::pdp
