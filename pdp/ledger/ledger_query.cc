// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/ledger/ledger_query.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/sqlite/query_number.h"
#include "common/sqlite/statement.h"
#include "common/sqlite/transaction.h"
#include "common/status/error_info.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/compiled_filter.h"
#include "pdp/ledger/event_fields.h"
#include "pdp/ledger/segment_reader.h"
#include "pdp/ledger/segment_walk.h"

namespace pullgate::pdp {
namespace {

constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();

// Collects matching events of one transaction, up to a number of them.
class Finder {
 public:
  Finder(const Database* database, const LedgerFilter& filter, size_t limit)
      : database_(database), filter_(filter), limit_(limit) {}

  const CompiledFilter& filter() const { return filter_; }
  bool full() const { return entries_.size() >= limit_; }
  std::vector<LedgerEntry>& entries() { return entries_; }

  // Of the events from `first` to `last`, which are in no segment.
  absl::Status FindAmongOpen(const OpenEvents& open, int64_t first,
                             int64_t last, SegmentWalk::Order order);
  // Of those in segments; ends `walk` once it has read so many columns.
  absl::Status FindInSegments(SegmentWalk& walk, int64_t first, int64_t last,
                              SegmentWalk::Order order,
                              int64_t max_columns = kEnd);

 private:
  // By reading them.
  absl::Status FindAmongEvents(int64_t first, int64_t last,
                               SegmentWalk::Order order);
  absl::Status ReadAll(std::vector<int64_t> positions,
                       SegmentWalk::Order order);
  absl::Status FindInSegment(SegmentReader& reader, const Segment& segment,
                             int64_t first, int64_t last,
                             SegmentWalk::Order order);
  absl::Status Read(int64_t position);
  absl::StatusOr<LedgerEntry> Parse(int64_t position,
                                    absl::string_view payload) const;

  const Database* const database_;
  const CompiledFilter filter_;
  const size_t limit_;
  std::vector<LedgerEntry> entries_;
  std::optional<Statement> read_;
};

absl::StatusOr<LedgerEntry> Finder::Parse(int64_t position,
                                          absl::string_view payload) const {
  LedgerEntry entry;
  entry.position = position;
  if (entry.event.ParseFromArray(payload.data(), payload.size())) return entry;
  return absl::DataLossError(absl::StrCat(database_->path(),
                                          " is damaged: the event at position ",
                                          position, " does not parse"));
}

absl::Status Finder::FindAmongOpen(const OpenEvents& open, int64_t first,
                                   int64_t last, SegmentWalk::Order order) {
  if (first > last) return absl::OkStatus();
  OpenEvents::Found found = open.Find(filter_, first, last);
  if (found.first_known > found.last_known) {
    return FindAmongEvents(first, last, order);
  }
  const int64_t before = found.first_known - 1;
  const int64_t after = found.last_known + 1;
  if (order == SegmentWalk::Order::kOldestFirst) {
    PULLGATE_RETURN_IF_ERROR(FindAmongEvents(first, before, order));
    PULLGATE_RETURN_IF_ERROR(ReadAll(std::move(found.positions), order));
    return FindAmongEvents(after, last, order);
  }
  PULLGATE_RETURN_IF_ERROR(FindAmongEvents(after, last, order));
  PULLGATE_RETURN_IF_ERROR(ReadAll(std::move(found.positions), order));
  return FindAmongEvents(first, before, order);
}

absl::Status Finder::ReadAll(std::vector<int64_t> positions,
                             SegmentWalk::Order order) {
  if (order == SegmentWalk::Order::kNewestFirst) {
    std::reverse(positions.begin(), positions.end());
  }
  for (const int64_t position : positions) {
    if (full()) break;
    PULLGATE_RETURN_IF_ERROR(Read(position));
  }
  return absl::OkStatus();
}

absl::Status Finder::FindAmongEvents(int64_t first, int64_t last,
                                     SegmentWalk::Order order) {
  if (first > last) return absl::OkStatus();
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(
          *database_,
          absl::StrCat(
              "SELECT position, payload FROM event WHERE position >= ?"
              " AND position <= ? ORDER BY position",
              order == SegmentWalk::Order::kNewestFirst ? " DESC" : "")));
  select.BindInt64(1, first);
  select.BindInt64(2, last);
  EventFields fields;
  while (!full()) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
    if (!found) break;
    PULLGATE_ASSIGN_OR_RETURN(LedgerEntry entry,
                              Parse(select.Int64(0), select.Blob(1)));
    fields.Read(entry.event);
    if (filter_.Matches(fields)) entries_.push_back(std::move(entry));
  }
  return absl::OkStatus();
}

absl::Status Finder::FindInSegments(SegmentWalk& walk, int64_t first,
                                    int64_t last, SegmentWalk::Order order,
                                    int64_t max_columns) {
  PULLGATE_ASSIGN_OR_RETURN(SegmentReader reader,
                            SegmentReader::Create(*database_));
  Segment segment;
  while (!full()) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, walk.Next(&segment));
    if (!found) break;
    PULLGATE_RETURN_IF_ERROR(
        FindInSegment(reader, segment, first, last, order));
    if (reader.columns_read() >= max_columns) walk.set_limit(0);
  }
  return absl::OkStatus();
}

absl::Status Finder::FindInSegment(SegmentReader& reader,
                                   const Segment& segment, int64_t first,
                                   int64_t last, SegmentWalk::Order order) {
  PULLGATE_ASSIGN_OR_RETURN(const std::vector<uint8_t> matches,
                            reader.Matches(segment, filter_));
  for (size_t i = 0; i < matches.size() && !full(); ++i) {
    const size_t place =
        order == SegmentWalk::Order::kNewestFirst ? matches.size() - 1 - i : i;
    const int64_t position =
        segment.first_position + static_cast<int64_t>(place);
    if (matches[place] == 0 || position < first || position > last) continue;
    PULLGATE_RETURN_IF_ERROR(Read(position));
  }
  return absl::OkStatus();
}

absl::Status Finder::Read(int64_t position) {
  if (!read_) {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement read,
        Statement::Prepare(*database_,
                           "SELECT payload FROM event WHERE position = ?"));
    read_.emplace(std::move(read));
  }
  read_->BindInt64(1, position);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, read_->Step());
  if (!found) {
    return absl::DataLossError(
        absl::StrCat(database_->path(),
                     " is damaged: there is no event at position ", position));
  }
  PULLGATE_ASSIGN_OR_RETURN(LedgerEntry entry, Parse(position, read_->Blob(0)));
  read_->Reset();
  entries_.push_back(std::move(entry));
  return absl::OkStatus();
}

// Of this snapshot.
absl::StatusOr<int64_t> LastStored(const Database& database) {
  return QueryNumber(database, "SELECT last_position FROM ledger");
}

absl::Status CheckNotForgotten(const Database& database, int64_t first) {
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t forgotten,
      QueryNumber(database, "SELECT forgotten_position FROM ledger"));
  if (first > forgotten) return absl::OkStatus();
  return WithReason(
      absl::OutOfRangeError(absl::StrCat(
          "the events from position ", first, " to ", forgotten,
          " were forgotten: the ledger keeps no more than it was told to")),
      "CURSOR_FORGOTTEN");
}

// Looks for one event of one agent, newest segment first: within an epoch
// sequences rise with positions, so one event of a segment tells whether to
// look further back.
class EpochSearch {
 public:
  static absl::StatusOr<EpochSearch> Create(const Database& database,
                                            absl::string_view agent,
                                            int64_t sequence) {
    PULLGATE_ASSIGN_OR_RETURN(
        Statement find,
        Statement::Prepare(
            database,
            "SELECT position, sequence FROM event JOIN epoch USING (epoch_id) "
            "WHERE position >= ? AND position <= ? AND sequence <= ? AND "
            "vch || '/' || name = ? ORDER BY position DESC LIMIT 1"));
    return EpochSearch(database, agent, sequence, std::move(find));
  }

  absl::StatusOr<std::optional<int64_t>> Run() {
    LedgerFilter filter;
    filter.agent = agent_;
    const CompiledFilter compiled(filter);
    PULLGATE_ASSIGN_OR_RETURN(const int64_t indexed, LastIndexed(database_));
    PULLGATE_ASSIGN_OR_RETURN(const bool ended, Look(indexed + 1, kEnd));
    if (ended) return found_;
    PULLGATE_ASSIGN_OR_RETURN(SegmentReader reader,
                              SegmentReader::Create(database_));
    PULLGATE_ASSIGN_OR_RETURN(
        SegmentWalk walk, SegmentWalk::Start(database_, &compiled, 1, kEnd,
                                             SegmentWalk::Order::kNewestFirst));
    Segment segment;
    while (true) {
      PULLGATE_ASSIGN_OR_RETURN(const bool more, walk.Next(&segment));
      if (!more) return found_;
      PULLGATE_ASSIGN_OR_RETURN(const std::vector<uint8_t> matches,
                                reader.Matches(segment, compiled));
      const auto oldest = std::find(matches.begin(), matches.end(), 1);
      if (oldest == matches.end()) continue;
      const int64_t position =
          segment.first_position + (oldest - matches.begin());
      PULLGATE_ASSIGN_OR_RETURN(const bool here, Look(position, position));
      if (!here) continue;
      PULLGATE_RETURN_IF_ERROR(Look(position, segment.last_position).status());
      return found_;
    }
  }

 private:
  EpochSearch(const Database& database, absl::string_view agent,
              int64_t sequence, Statement find)
      : database_(database),
        agent_(agent),
        sequence_(sequence),
        find_(std::move(find)) {}

  // Whether the range has an event of the epoch with this sequence or a lower
  // one; notes where it is, if it is the very one.
  absl::StatusOr<bool> Look(int64_t first, int64_t last) {
    find_.BindInt64(1, first);
    find_.BindInt64(2, last);
    find_.BindInt64(3, sequence_);
    find_.BindText(4, agent_);
    PULLGATE_ASSIGN_OR_RETURN(const bool any, find_.Step());
    if (any && find_.Int64(1) == sequence_) found_ = find_.Int64(0);
    find_.Reset();
    return any;
  }

  const Database& database_;
  const std::string agent_;
  const int64_t sequence_;
  Statement find_;
  std::optional<int64_t> found_;
};

}  // namespace

absl::StatusOr<LedgerPage> ListEntries(Database* database,
                                       const OpenEvents& open,
                                       const LedgerFilter& filter,
                                       int64_t before, int limit,
                                       const PageLimits& limits) {
  constexpr auto kOrder = SegmentWalk::Order::kNewestFirst;
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  const int64_t last = before == 0 ? kEnd : before - 1;
  PULLGATE_ASSIGN_OR_RETURN(const int64_t indexed, LastIndexed(*database));
  // One more than fits tells whether there is a next page.
  Finder finder(database, filter, static_cast<size_t>(limit) + 1);
  PULLGATE_ASSIGN_OR_RETURN(const int64_t newest, LastStored(*database));
  PULLGATE_RETURN_IF_ERROR(
      finder.FindAmongOpen(open, indexed + 1, std::min(last, newest), kOrder));
  PULLGATE_ASSIGN_OR_RETURN(
      SegmentWalk walk,
      SegmentWalk::Start(*database, &finder.filter(), 1, last, kOrder));
  walk.set_limit(limits.segments);
  PULLGATE_RETURN_IF_ERROR(
      finder.FindInSegments(walk, 1, last, kOrder, limits.columns));
  LedgerPage page;
  if (finder.full()) {
    page.next_before = finder.entries().back().position + 1;
    finder.entries().pop_back();
  } else if (walk.ended_early()) {
    page.next_before = walk.position();
  }
  page.entries = std::move(finder.entries());
  return page;
}

absl::StatusOr<std::vector<LedgerEntry>> ScanEntries(Database* database,
                                                     const OpenEvents& open,
                                                     const LedgerFilter& filter,
                                                     int64_t first,
                                                     int64_t last, int limit) {
  constexpr auto kOrder = SegmentWalk::Order::kOldestFirst;
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  PULLGATE_RETURN_IF_ERROR(CheckNotForgotten(*database, first));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t indexed, LastIndexed(*database));
  Finder finder(database, filter, static_cast<size_t>(limit));
  PULLGATE_ASSIGN_OR_RETURN(
      SegmentWalk walk,
      SegmentWalk::Start(*database, &finder.filter(), first, last, kOrder));
  PULLGATE_RETURN_IF_ERROR(finder.FindInSegments(walk, first, last, kOrder));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t newest, LastStored(*database));
  PULLGATE_RETURN_IF_ERROR(finder.FindAmongOpen(
      open, std::max(first, indexed + 1), std::min(last, newest), kOrder));
  return std::move(finder.entries());
}

absl::StatusOr<int64_t> FindLastSequence(const Database& database,
                                         const VchId& vch,
                                         absl::string_view epoch) {
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(
          database,
          "SELECT last_sequence FROM epoch WHERE vch = ? AND name = ?"));
  find.BindText(1, vch.text());
  find.BindText(2, epoch);
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  return found ? find.Int64(0) : 0;
}

absl::StatusOr<std::optional<int64_t>> FindPosition(Database* database,
                                                    absl::string_view agent,
                                                    int64_t sequence) {
  PULLGATE_ASSIGN_OR_RETURN(const Transaction snapshot,
                            Transaction::BeginRead(database));
  PULLGATE_ASSIGN_OR_RETURN(EpochSearch search,
                            EpochSearch::Create(*database, agent, sequence));
  return search.Run();
}

}  // namespace pullgate::pdp
