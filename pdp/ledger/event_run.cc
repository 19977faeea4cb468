// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/event_run.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"

namespace pullgate::pdp {

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

// Whether `recorded` may follow the sequence `previous` of its batch; 0: it is
// the first.
absl::Status CheckNext(const std::string& vch_name, absl::string_view epoch,
                       int64_t previous, const RecordedEvent& recorded) {
  const int64_t sequence = recorded.sequence;
  const EventFields& fields = recorded.fields;
  if (fields.vch() != vch_name) {
    return Broken(sequence, absl::StrCat("is of \"", fields.vch(),
                                         "\" in a batch of ", vch_name));
  }
  if (fields.epoch() != epoch) {
    return Broken(sequence, absl::StrCat("is of epoch \"", fields.epoch(),
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

absl::Status ChainBroken(int64_t sequence, absl::string_view what) {
  return WithReason(Broken(sequence, what), "CHAIN_BROKEN");
}

// Whether `recorded` may be the link after the event with that hash; nullopt:
// that event is not known.
absl::Status CheckLink(const std::optional<EventHash>& hash_before,
                       const RecordedEvent& recorded) {
  if (!recorded.wrong_as_link.empty()) {
    return ChainBroken(recorded.sequence, recorded.wrong_as_link);
  }
  if (recorded.sequence > 1 && hash_before &&
      recorded.previous_hash != hash_before) {
    return ChainBroken(
        recorded.sequence,
        absl::StrCat("does not carry the hash of the event before it, ",
                     ToHex(*hash_before)));
  }
  return absl::OkStatus();
}

// Builds the run event by event.
class Run {
 public:
  Run(const VchId& vch, absl::string_view epoch, const EpochState& state,
      int64_t dropped_through)
      : vch_name_(vch.Name()),
        epoch_(epoch),
        state_(state),
        first_(std::max(state.last_sequence, dropped_through) + 1) {}

  absl::Status Take(const RecordedEvent& recorded) {
    const int64_t sequence = recorded.sequence;
    PULLGATE_RETURN_IF_ERROR(CheckNext(vch_name_, epoch_, previous_, recorded));
    if (sequence > state_.last_sequence) {
      PULLGATE_RETURN_IF_ERROR(TakeNew(recorded));
    } else if (sequence == state_.last_sequence && state_.last_hash &&
               recorded.hash != *state_.last_hash) {
      return ChainBroken(sequence, "is another one than was stored before");
    }
    previous_ = sequence;
    return absl::OkStatus();
  }

  const std::optional<Hole>& hole() const { return hole_; }

 private:
  absl::Status TakeNew(const RecordedEvent& recorded) {
    const int64_t sequence = recorded.sequence;
    const bool starts = previous_ <= state_.last_sequence;
    if (starts && sequence != first_) return Gap(sequence, first_);
    const bool after_hole = starts && first_ > state_.last_sequence + 1;
    const std::optional<EventHash> before = after_hole ? std::nullopt
                                            : starts   ? state_.last_hash
                                                       : hash_;
    PULLGATE_RETURN_IF_ERROR(CheckLink(before, recorded));
    if (after_hole) {
      hole_ =
          Hole{state_.last_sequence + 1, first_ - 1, *recorded.previous_hash};
    }
    hash_ = recorded.hash;
    return absl::OkStatus();
  }

  const std::string vch_name_;
  const absl::string_view epoch_;
  const EpochState& state_;
  const int64_t first_;  // of the new ones
  int64_t previous_ = 0;
  std::optional<EventHash> hash_;  // of the last new one
  std::optional<Hole> hole_;
};

}  // namespace

EventRun NewEvents(const VchId& vch, absl::string_view epoch,
                   const EpochState& state, int64_t dropped_through,
                   absl::Span<const RecordedEvent> events) {
  Run checked(vch, epoch, state, dropped_through);
  EventRun run;
  size_t known = 0;
  size_t valid = 0;
  for (; valid < events.size(); ++valid) {
    run.refused = checked.Take(events[valid]);
    if (!run.refused.ok()) break;
    if (events[valid].sequence <= state.last_sequence) ++known;
  }
  run.fresh = events.subspan(known, valid - known);
  run.hole = checked.hole();
  return run;
}

}  // namespace pullgate::pdp
