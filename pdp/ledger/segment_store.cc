// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/segment_reader.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

using pullgate::audit::v1::AuditEvent;

namespace {

// Everything behind the newest segment.
constexpr char kReadOpen[] =
    "SELECT position, payload FROM event WHERE position > max("
    "(SELECT forgotten_position FROM ledger),"
    "coalesce((SELECT last_position FROM segment "
    "ORDER BY first_position DESC LIMIT 1), 0)) ORDER BY position";

constexpr char kNextPosition[] =
    "SELECT max(forgotten_position,"
    "coalesce((SELECT last_position FROM segment "
    "ORDER BY first_position DESC LIMIT 1), 0)) + 1 FROM ledger";

}  // namespace

absl::StatusOr<SegmentStore> SegmentStore::Create(const Database* database,
                                                  const Clock* clock,
                                                  OpenEvents* open) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert_segment,
      Statement::Prepare(
          *database,
          "INSERT INTO segment(first_position, last_position, min_time_ns, "
          "max_time_ns, closed_ns, bytes, digest) VALUES (?, ?, ?, ?, ?, ?, "
          "?)"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement insert_column,
      Statement::Prepare(
          *database,
          "INSERT INTO segment_column(column_id, data) VALUES (?, ?)"));
  PULLGATE_ASSIGN_OR_RETURN(Statement read_open,
                            Statement::Prepare(*database, kReadOpen));
  return SegmentStore(database, clock, open, std::move(insert_segment),
                      std::move(insert_column), std::move(read_open));
}

SegmentStore::SegmentStore(const Database* database, const Clock* clock,
                           OpenEvents* open, Statement insert_segment,
                           Statement insert_column, Statement read_open)
    : database_(database),
      clock_(clock),
      open_(open),
      insert_segment_(std::move(insert_segment)),
      insert_column_(std::move(insert_column)),
      read_open_(std::move(read_open)) {}

absl::Status SegmentStore::Prepare() {
  if (known_) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(Statement next,
                            Statement::Prepare(*database_, kNextPosition));
  PULLGATE_RETURN_IF_ERROR(next.Step().status());
  builder_.Reset(next.Int64(0));
  closed_ = 0;
  fresh_.clear();
  AuditEvent event;
  EventFields fields;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, read_open_.Step());
    if (!found) break;
    const absl::string_view payload = read_open_.Blob(1);
    const bool parsed = event.ParseFromArray(payload.data(), payload.size());
    if (!parsed || read_open_.Int64(0) != builder_.last_position() + 1) {
      read_open_.Reset();
      return absl::DataLossError(
          absl::StrCat(database_->path(), " is damaged: the event at position ",
                       builder_.last_position() + 1,
                       parsed ? " is missing" : " does not parse"));
    }
    fields.Read(event);
    PULLGATE_RETURN_IF_ERROR(Add(fields, payload.size()));
  }
  known_ = true;
  Committed();  // they were
  return absl::OkStatus();
}

absl::Status SegmentStore::Add(const EventFields& event, size_t bytes) {
  if (builder_.size() == 0) open_since_ = clock_->Now();
  builder_.Add(event, bytes);
  if (builder_.full()) return CloseOpen();
  fresh_.push_back(event);
  return absl::OkStatus();
}

void SegmentStore::Committed() {
  const auto count = static_cast<int64_t>(fresh_.size());
  open_->Publish(builder_.last_position() + 1 - count, std::move(fresh_),
                 builder_.first_position());
  fresh_.clear();
}

absl::Status SegmentStore::CloseOpen() {
  if (builder_.size() == 0) return absl::OkStatus();
  insert_segment_.BindInt64(1, builder_.first_position());
  insert_segment_.BindInt64(2, builder_.last_position());
  insert_segment_.BindInt64(3, builder_.min_time_ns());
  insert_segment_.BindInt64(4, builder_.max_time_ns());
  insert_segment_.BindInt64(5, absl::ToUnixNanos(clock_->Now()));
  insert_segment_.BindInt64(6, builder_.bytes());
  insert_segment_.BindBlob(7, builder_.DigestBytes());
  PULLGATE_RETURN_IF_ERROR(insert_segment_.Run());
  PULLGATE_RETURN_IF_ERROR(InsertColumn(kTimeColumn, builder_.Times()));
  for (size_t i = 0; i < kEventFields; ++i) {
    const auto field = static_cast<EventField>(i + 1);
    PULLGATE_RETURN_IF_ERROR(
        InsertColumn(ColumnNumber(field), builder_.Column(field)));
  }
  closed_ = builder_.last_position();
  builder_.Reset(closed_ + 1);
  fresh_.clear();
  return absl::OkStatus();
}

absl::Status SegmentStore::InsertColumn(int column, absl::string_view data) {
  insert_column_.BindInt64(
      1, builder_.first_position() * kColumnsPerSegment + column);
  insert_column_.BindBlob(2, data);
  return insert_column_.Run();
}

int64_t SegmentStore::TakeClosed() { return std::exchange(closed_, 0); }

}  // namespace pullgate::pdp
