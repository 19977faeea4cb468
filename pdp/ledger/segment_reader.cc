// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/segment_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::pdp {

absl::StatusOr<SegmentReader> SegmentReader::Create(const Database& database) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find_column,
      Statement::Prepare(
          database, "SELECT data FROM segment_column WHERE column_id = ?"));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement read_events,
      Statement::Prepare(database,
                         "SELECT position, payload FROM event WHERE position "
                         ">= ? AND position <= ? ORDER BY position"));
  return SegmentReader(&database, std::move(find_column),
                       std::move(read_events));
}

SegmentReader::SegmentReader(const Database* database, Statement find_column,
                             Statement read_events)
    : database_(database),
      find_column_(std::move(find_column)),
      read_events_(std::move(read_events)) {}

absl::StatusOr<std::string> SegmentReader::Bytes(const Segment& segment,
                                                 int column) {
  ++columns_read_;
  find_column_.BindInt64(1,
                         segment.first_position * kColumnsPerSegment + column);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find_column_.Step());
  std::string bytes;
  if (found) bytes = std::string(find_column_.Blob(0));
  find_column_.Reset();
  return bytes;
}

absl::StatusOr<const SegmentBuilder*> SegmentReader::Rebuilt(
    const Segment& segment) {
  if (rebuilt_ != nullptr &&
      rebuilt_->first_position() == segment.first_position) {
    return rebuilt_.get();
  }
  auto builder = std::make_unique<SegmentBuilder>();
  builder->Reset(segment.first_position);
  read_events_.BindInt64(1, segment.first_position);
  read_events_.BindInt64(2, segment.last_position);
  pullgate::audit::v1::AuditEvent event;
  EventFields fields;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, read_events_.Step());
    if (!found) break;
    const absl::string_view payload = read_events_.Blob(1);
    const bool parsed = event.ParseFromArray(payload.data(), payload.size());
    if (!parsed || read_events_.Int64(0) != builder->last_position() + 1) {
      const int64_t position = builder->last_position() + 1;
      read_events_.Reset();
      return absl::DataLossError(
          absl::StrCat(database_->path(), " is damaged: the event at position ",
                       position, parsed ? " is missing" : " does not parse"));
    }
    fields.Read(event);
    builder->Add(fields, payload.size());
  }
  if (builder->size() != segment.size()) {
    return absl::DataLossError(absl::StrCat(
        database_->path(), " is damaged: the events after position ",
        builder->last_position(), " are missing"));
  }
  rebuilt_ = std::move(builder);
  return rebuilt_.get();
}

absl::StatusOr<SegmentColumn> SegmentReader::Column(const Segment& segment,
                                                    EventField field) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string bytes,
                            Bytes(segment, ColumnNumber(field)));
  auto column = SegmentColumn::Decode(bytes, segment.size());
  if (column.ok()) return column;
  PULLGATE_ASSIGN_OR_RETURN(const SegmentBuilder* rebuilt, Rebuilt(segment));
  return SegmentColumn::Decode(rebuilt->Column(field), segment.size());
}

absl::StatusOr<std::vector<int64_t>> SegmentReader::Times(
    const Segment& segment) {
  PULLGATE_ASSIGN_OR_RETURN(const std::string bytes,
                            Bytes(segment, kTimeColumn));
  auto times = DecodeTimes(bytes, segment.size());
  if (times.ok()) return times;
  PULLGATE_ASSIGN_OR_RETURN(const SegmentBuilder* rebuilt, Rebuilt(segment));
  return DecodeTimes(rebuilt->Times(), segment.size());
}

absl::StatusOr<std::vector<uint8_t>> SegmentReader::Matches(
    const Segment& segment, const CompiledFilter& filter) {
  std::vector<uint8_t> flags(segment.size(), 1);
  for (const CompiledFilter::Clause& clause : filter.clauses()) {
    PULLGATE_ASSIGN_OR_RETURN(const bool any, Keep(segment, clause, flags));
    if (!any) return std::vector<uint8_t>();
  }
  PULLGATE_RETURN_IF_ERROR(KeepInTime(segment, filter, flags));
  return flags;
}

absl::StatusOr<bool> SegmentReader::Keep(const Segment& segment,
                                         const CompiledFilter::Clause& clause,
                                         std::vector<uint8_t>& flags) {
  std::vector<uint8_t> held(flags.size());
  for (const CompiledFilter::Term& term : clause.any_of) {
    PULLGATE_ASSIGN_OR_RETURN(const SegmentColumn column,
                              Column(segment, term.field));
    std::vector<uint8_t> taken(column.values().size());
    bool any = false;
    for (size_t i = 0; i < taken.size(); ++i) {
      taken[i] = term.takes(column.values()[i]) ? 1 : 0;
      any = any || taken[i] != 0;
    }
    if (!any) continue;
    const std::vector<uint16_t>& codes = column.codes();
    for (size_t i = 0; i < held.size(); ++i) held[i] |= taken[codes[i]];
  }
  uint8_t left = 0;
  for (size_t i = 0; i < flags.size(); ++i) {
    flags[i] &= held[i];
    left |= flags[i];
  }
  return left != 0;
}

absl::Status SegmentReader::KeepInTime(const Segment& segment,
                                       const CompiledFilter& filter,
                                       std::vector<uint8_t>& flags) {
  if (filter.InTime(segment.min_time_ns) &&
      filter.InTime(segment.max_time_ns)) {
    return absl::OkStatus();
  }
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<int64_t> times, Times(segment));
  for (size_t i = 0; i < flags.size(); ++i) {
    if (!filter.InTime(times[i])) flags[i] = 0;
  }
  return absl::OkStatus();
}

}  // namespace pullgate::pdp
