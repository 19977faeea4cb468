// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_summary.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/compiled_filter.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/event_tally.h"
#include "pdp/ledger/segment_reader.h"
#include "pdp/ledger/segment_walk.h"

namespace pullgate::pdp {
namespace {

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

EventField FieldOf(GroupField field) {
  switch (field) {
    case GroupField::kHour:
      return EventField::kHour;
    case GroupField::kVch:
    case GroupField::kAgent:
      return EventField::kAgent;
    case GroupField::kRegistry:
      return EventField::kRegistry;
    case GroupField::kEffect:
      return EventField::kEffect;
    case GroupField::kReason:
      return EventField::kReason;
    case GroupField::kRule:
      return EventField::kRule;
    case GroupField::kTransport:
      return EventField::kTransport;
    case GroupField::kPolicyRevision:
      return EventField::kPolicyRevision;
    case GroupField::kCertificate:
      return EventField::kCertificate;
    case GroupField::kKind:
      return EventField::kKind;
    case GroupField::kAddress:
      return EventField::kAddress;
  }
  return EventField::kKind;
}

std::string ValueOf(GroupField field, absl::string_view value) {
  return std::string(field == GroupField::kVch ? VchOfAgent(value) : value);
}

// Counts one segment after the other.
class SegmentCounter {
 public:
  SegmentCounter(SegmentReader* reader, const CompiledFilter* filter,
                 const std::vector<GroupField>* group_by, EventTally* tally)
      : reader_(reader), filter_(filter), group_by_(group_by), tally_(tally) {}

  absl::Status Count(const Segment& segment);

 private:
  // Events of a segment with the same values.
  struct Local {
    size_t event = 0;  // one of them
    int64_t count = 0;
    int64_t first_ns = std::numeric_limits<int64_t>::max();
    int64_t last_ns = std::numeric_limits<int64_t>::min();
  };

  // The number of each event's group: its values' codes, as digits.
  absl::Status NumberGroups(const Segment& segment);
  // Numbers the groups so far by their own order: there are no more of them
  // than events. Returns how many there are.
  uint64_t Renumber();
  absl::Status AddGroup(const Local& local);

  SegmentReader* const reader_;
  const CompiledFilter* const filter_;
  const std::vector<GroupField>* const group_by_;
  EventTally* const tally_;
  std::vector<SegmentColumn> columns_;
  std::vector<uint64_t> numbers_;
  std::vector<std::string> values_;
};

absl::Status SegmentCounter::Count(const Segment& segment) {
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<uint8_t> matches,
                            reader_->Matches(segment, *filter_));
  if (matches.empty()) return absl::OkStatus();
  PULLGATE_RETURN_IF_ERROR(NumberGroups(segment));
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<int64_t> times,
                            reader_->Times(segment));
  absl::flat_hash_map<uint64_t, Local> groups;
  Local* last = nullptr;  // mostly it is the same again
  uint64_t last_number = 0;
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i] == 0) continue;
    if (last == nullptr || numbers_[i] != last_number) {
      last_number = numbers_[i];
      last = &groups[last_number];
      last->event = i;
    }
    ++last->count;
    last->first_ns = std::min(last->first_ns, times[i]);
    last->last_ns = std::max(last->last_ns, times[i]);
  }
  for (const auto& [number, local] : groups) {
    PULLGATE_RETURN_IF_ERROR(AddGroup(local));
  }
  return absl::OkStatus();
}

absl::Status SegmentCounter::NumberGroups(const Segment& segment) {
  columns_.clear();
  numbers_.assign(segment.size(), 0);
  uint64_t span = 1;
  for (const GroupField field : *group_by_) {
    PULLGATE_ASSIGN_OR_RETURN(SegmentColumn column,
                              reader_->Column(segment, FieldOf(field)));
    const uint64_t radix = column.values().size();
    if (span > std::numeric_limits<uint64_t>::max() / radix) span = Renumber();
    span *= radix;
    const std::vector<uint16_t>& codes = column.codes();
    for (size_t i = 0; i < codes.size(); ++i) {
      numbers_[i] = numbers_[i] * radix + codes[i];
    }
    columns_.push_back(std::move(column));
  }
  return absl::OkStatus();
}

uint64_t SegmentCounter::Renumber() {
  absl::flat_hash_map<uint64_t, uint64_t> numbers;
  for (uint64_t& number : numbers_) {
    number = numbers.emplace(number, numbers.size()).first->second;
  }
  return numbers.size();
}

absl::Status SegmentCounter::AddGroup(const Local& local) {
  values_.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    const uint16_t code = columns_[i].codes()[local.event];
    values_[i] = ValueOf((*group_by_)[i], columns_[i].values()[code]);
  }
  return tally_->Add(values_, local.count, local.first_ns, local.last_ns);
}

// Of the events behind the last segment.
absl::Status CountOpen(const Database& database, int64_t first,
                       const CompiledFilter& filter,
                       const std::vector<GroupField>& group_by,
                       EventTally& tally) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          database, "SELECT position, payload FROM event WHERE position >= ?"));
  select.BindInt64(1, first);
  audit::v1::AuditEvent event;
  EventFields fields;
  std::vector<std::string> values(group_by.size());
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) return absl::OkStatus();
    const absl::string_view payload = select.Blob(1);
    if (!event.ParseFromArray(payload.data(), payload.size())) {
      return absl::DataLossError(
          absl::StrCat(database.path(), " is damaged: the event at position ",
                       select.Int64(0), " does not parse"));
    }
    fields.Read(event);
    if (!filter.Matches(fields)) continue;
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = ValueOf(group_by[i], fields[FieldOf(group_by[i])]);
    }
    PULLGATE_RETURN_IF_ERROR(
        tally.Add(values, 1, fields.time_ns(), fields.time_ns()));
  }
}

}  // namespace

absl::StatusOr<std::vector<EventCount>> SummarizeEntries(
    Database* database, const LedgerFilter& filter,
    const std::vector<GroupField>& group_by, size_t max_groups) {
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  const CompiledFilter compiled(filter);
  EventTally tally(max_groups);
  PULLGATE_ASSIGN_OR_RETURN(const int64_t indexed, LastIndexed(*database));
  PULLGATE_ASSIGN_OR_RETURN(SegmentReader reader,
                            SegmentReader::Create(*database));
  PULLGATE_ASSIGN_OR_RETURN(
      SegmentWalk walk, SegmentWalk::Start(*database, &compiled, 1, kEnd,
                                           SegmentWalk::Order::kOldestFirst));
  SegmentCounter counter(&reader, &compiled, &group_by, &tally);
  Segment segment;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, walk.Next(&segment));
    if (!found) break;
    PULLGATE_RETURN_IF_ERROR(counter.Count(segment));
  }
  PULLGATE_RETURN_IF_ERROR(
      CountOpen(*database, indexed + 1, compiled, group_by, tally));
  return tally.Take();
}

}  // namespace pullgate::pdp
