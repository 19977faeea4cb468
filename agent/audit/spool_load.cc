// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_load.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/audit/event_outline.h"
#include "common/audit/event_hash.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;
using pullgate::audit::v1::Gap;

namespace {

absl::Status Broken(int64_t sequence, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the event with sequence ", sequence, " ", what));
}

// What the first event held follows: the last one that is acknowledged or
// dropped, whichever is later. Nullopt: its hash is missing.
std::optional<ChainHead> BaseOf(const SpoolWriter::State& state) {
  const Gap& gap = state.gap;
  const bool dropped = gap.last_sequence() > state.acked_sequence;
  ChainHead base;
  base.sequence = dropped ? gap.last_sequence() : state.acked_sequence;
  if (base.sequence == 0) return base;
  std::optional<EventHash> hash =
      EventHashFromBytes(dropped ? gap.last_hash() : state.acked_hash);
  if (!hash && gap.last_sequence() == base.sequence) {
    hash = EventHashFromBytes(gap.last_hash());
  }
  if (!hash) return std::nullopt;
  base.hash = *hash;
  return base;
}

}  // namespace

absl::StatusOr<SpoolBook> LoadBook(int64_t max_bytes, const std::string& path,
                                   SpoolWriter& writer) {
  const SpoolWriter::State& state = writer.state();
  const std::optional<ChainHead> base = BaseOf(state);
  const auto damaged = [&path](const absl::Status& status) {
    return absl::DataLossError(
        absl::StrCat(path, " is damaged: ", status.message()));
  };
  if (!base) {
    return damaged(Broken(state.acked_sequence, "has left no hash behind"));
  }
  SpoolBook book(max_bytes, state.acked_sequence, *base, state.gap);
  PULLGATE_RETURN_IF_ERROR(writer.ForEachEvent(
      base->sequence, [&](int64_t sequence, absl::string_view event) {
        const absl::Status entered = EnterRecorded(sequence, event, book);
        return entered.ok() ? entered : damaged(entered);
      }));
  return book;
}

absl::Status EnterRecorded(int64_t sequence, absl::string_view event,
                           SpoolBook& book) {
  const std::optional<EventOutline> outline = OutlineOf(event);
  if (!outline || outline->sequence != sequence) {
    return Broken(sequence, "is not readable");
  }
  const ChainHead& head = book.head();
  const std::string expected = head.sequence > 0 ? ToBytes(head.hash) : "";
  if (sequence != head.sequence + 1 || outline->previous_hash != expected) {
    return Broken(sequence, "does not follow the one before it");
  }
  if (outline->kind == AuditEvent::KIND_GAP) {
    Gap gap;
    if (!gap.ParseFromArray(outline->gap.data(),
                            static_cast<int>(outline->gap.size())) ||
        gap.last_sequence() >= sequence) {
      return Broken(sequence, "does not tell of a gap");
    }
    if (gap.last_sequence() >= book.gap().last_sequence()) {
      book.Drop(std::move(gap), sequence);
    }
  }
  book.Enter({sequence, HashEvent(event)}, event.size(), outline->event_time);
  return absl::OkStatus();
}

SpoolWriter::Drop DropOf(const SpoolBook& book) {
  if (book.gap().last_sequence() == 0) return {};
  return {book.gap().last_sequence(), book.gap().SerializeAsString()};
}

}  // namespace pullgate::agent
