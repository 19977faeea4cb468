// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/segment_check.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/segment_column.h"
#include "pdp/ledger/segment_reader.h"

namespace pullgate::pdp {
namespace {

// Of the first event whose value in two columns differs; nullopt: one of them
// is no column, or none differs.
std::optional<size_t> FirstDifference(absl::string_view a, absl::string_view b,
                                      size_t events) {
  const auto one = SegmentColumn::Decode(a, events);
  const auto other = SegmentColumn::Decode(b, events);
  if (!one.ok() || !other.ok()) return std::nullopt;
  for (size_t i = 0; i < events; ++i) {
    if (one->values()[one->codes()[i]] != other->values()[other->codes()[i]]) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<SegmentCheck> SegmentCheck::Open(const Database& database,
                                                Findings* findings) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement segments,
      Statement::Prepare(database,
                         "SELECT first_position, last_position, min_time_ns, "
                         "max_time_ns, bytes, digest FROM segment "
                         "ORDER BY first_position"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement columns,
      Statement::Prepare(database,
                         "SELECT column_id, data FROM segment_column WHERE "
                         "column_id >= ? AND column_id < ? "
                         "ORDER BY column_id"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement strays,
      Statement::Prepare(
          database,
          "SELECT column_id / ?1 FROM segment_column WHERE column_id / ?1 NOT "
          "IN (SELECT first_position FROM segment) GROUP BY 1"));
  SegmentCheck check(findings, std::move(segments), std::move(columns),
                     std::move(strays));
  PULLGATE_RETURN_IF_ERROR(check.Next());
  return check;
}

SegmentCheck::SegmentCheck(Findings* findings, Statement segments,
                           Statement columns, Statement strays)
    : findings_(findings),
      segments_(std::move(segments)),
      columns_(std::move(columns)),
      strays_(std::move(strays)) {}

absl::Status SegmentCheck::Next() {
  if (segment_) covered_ = segment_->last_position;
  segment_.reset();
  PULLGATE_ASSIGN_OR_RETURN(const bool more, segments_.Step());
  if (!more) return absl::OkStatus();
  segment_ = Stored{segments_.Int64(0), segments_.Int64(1),
                    segments_.Int64(2), segments_.Int64(3),
                    segments_.Int64(4), std::string(segments_.Blob(5))};
  return absl::OkStatus();
}

absl::Status SegmentCheck::Event(const EventRow& row,
                                 absl::string_view event_id) {
  PULLGATE_RETURN_IF_ERROR(GoTo(row.position, event_id));
  if (!segment_ || row.position < segment_->first_position) {
    return absl::OkStatus();
  }
  if (row.position == segment_->first_position) {
    builder_.Reset(row.position);
    usable_ = true;
    first_id_ = std::string(event_id);
  }
  usable_ = usable_ && row.event != nullptr && !builder_.full() &&
            row.position == builder_.first_position() +
                                static_cast<int64_t>(builder_.size());
  if (!usable_) return absl::OkStatus();  // what is wrong is named elsewhere
  fields_.Read(*row.event);
  builder_.Add(fields_, row.payload.size());
  if (row.position < segment_->last_position) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(Compare());
  return Next();
}

absl::Status SegmentCheck::GoTo(int64_t position, absl::string_view event_id) {
  while (segment_ && segment_->last_position < position) {
    // Its end was passed without completing it.
    if (!usable_ || segment_->first_position <= covered_) {
      AddAt(segment_->first_position, segment_->last_position,
            "what lists are answered from is not of the events that are "
            "there: a segment of it has other bounds");
    }
    usable_ = false;
    PULLGATE_RETURN_IF_ERROR(Next());
  }
  if (segment_ && position == covered_ + 1 &&
      position < segment_->first_position) {
    findings_->Add({position, segment_->first_position - 1,
                    std::string(event_id),
                    "lists do not have them: their segment is missing"});
  }
  if (covered_ == 0) covered_ = position - 1;
  return absl::OkStatus();
}

absl::Status SegmentCheck::Compare() {
  usable_ = false;
  if (segment_->min_time_ns != builder_.min_time_ns() ||
      segment_->max_time_ns != builder_.max_time_ns() ||
      segment_->bytes != builder_.bytes() ||
      segment_->digest != builder_.DigestBytes()) {
    AddAt(segment_->first_position, segment_->last_position,
          "what lists are answered from was changed: the times, the size or "
          "the digest of these events");
  }
  return CompareColumns();
}

absl::Status SegmentCheck::CompareColumns() {
  const int64_t base = segment_->first_position * kColumnsPerSegment;
  columns_.BindInt64(1, base);
  columns_.BindInt64(2, base + kColumnsPerSegment);
  int number = 0;
  const auto build = [this](int column) {
    return column == kTimeColumn
               ? builder_.Times()
               : builder_.Column(static_cast<EventField>(column));
  };
  constexpr int kColumns = static_cast<int>(kEventFields) + 1;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, columns_.Step());
    const int64_t stored = more ? columns_.Int64(0) - base : kColumns;
    for (; number < stored && number < kColumns; ++number) {
      CompareColumn(number, "", build(number));
    }
    if (!more) break;
    if (stored >= kColumns) {
      AddAt(segment_->first_position, segment_->last_position,
            "there is a column of them that lists do not know");
      continue;
    }
    CompareColumn(number, columns_.Blob(1), build(number));
    ++number;
  }
  columns_.Reset();
  return absl::OkStatus();
}

void SegmentCheck::CompareColumn(int number, absl::string_view stored,
                                 const std::string& built) {
  if (stored == built) return;
  const auto place = number == kTimeColumn
                         ? std::nullopt
                         : FirstDifference(stored, built, builder_.size());
  const int64_t first = segment_->first_position;
  const std::string what =
      absl::StrCat("what lists are answered from, column ", number,
                   ", was changed: it is not what ",
                   place ? "this event says" : "these events say");
  if (place) {
    const int64_t position = first + static_cast<int64_t>(*place);
    return AddAt(position, position, what);
  }
  AddAt(first, segment_->last_position, what);
}

absl::Status SegmentCheck::Finish() {
  while (segment_) {
    AddAt(segment_->first_position, segment_->last_position,
          "what lists are answered from is of events that are not there");
    PULLGATE_RETURN_IF_ERROR(Next());
  }
  strays_.BindInt64(1, kColumnsPerSegment);
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, strays_.Step());
    if (!more) return absl::OkStatus();
    AddAt(strays_.Int64(0), strays_.Int64(0),
          "there are columns of a segment that does not begin here");
  }
}

void SegmentCheck::AddAt(int64_t first, int64_t last, std::string what) {
  const bool from_first = segment_ && first == segment_->first_position;
  findings_->Add({first, last, from_first ? first_id_ : "", std::move(what)});
}

}  // namespace pullgate::pdp
