// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/verify/event_locator.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/sqlite/statement.h"
#include "common/status/status_macros.h"
#include "pdp/ledger/segment_reader.h"

namespace pullgate::pdp {
namespace {

struct ParsedId {
  absl::string_view agent;  // "{vch}/{epoch}"
  int64_t sequence = 0;
};

absl::StatusOr<ParsedId> Parse(absl::string_view event_id) {
  const size_t slash = event_id.rfind('/');
  ParsedId parsed;
  if (slash == absl::string_view::npos ||
      !absl::SimpleAtoi(event_id.substr(slash + 1), &parsed.sequence) ||
      event_id.substr(0, slash).find('/') == absl::string_view::npos) {
    return absl::InvalidArgumentError(
        "expected an event_id: \"{vch}/{epoch}/{sequence}\"");
  }
  parsed.agent = event_id.substr(0, slash);
  return parsed;
}

// Finds an event by going through the segments in order: an epoch's sequences
// rise with positions.
class Search {
 public:
  static absl::StatusOr<Search> Create(const Database& database) {
    PULLGATE_ASSIGN_OR_RETURN(SegmentReader reader,
                              SegmentReader::Create(database));
    PULLGATE_ASSIGN_OR_RETURN(
        Statement within,
        Statement::Prepare(database,
                           "SELECT position FROM event WHERE position BETWEEN "
                           "?1 AND ?2 AND epoch_id = ?3 AND sequence = ?4"));
    PULLGATE_ASSIGN_OR_RETURN(
        Statement sequence,
        Statement::Prepare(database,
                           "SELECT sequence FROM event WHERE position = ?"));
    return Search(std::move(reader), std::move(within), std::move(sequence));
  }

  // The last sequence of the agent in the segment; 0: it has none there.
  absl::StatusOr<int64_t> LastSequence(const Segment& segment,
                                       absl::string_view agent) {
    PULLGATE_ASSIGN_OR_RETURN(const SegmentColumn column,
                              reader_.Column(segment, EventField::kAgent));
    const auto& values = column.values();
    const auto value = std::find(values.begin(), values.end(), agent);
    if (value == values.end()) return int64_t{0};
    const auto& codes = column.codes();
    const auto last = std::find(codes.rbegin(), codes.rend(),
                                static_cast<uint16_t>(value - values.begin()));
    sequence_.BindInt64(1, segment.first_position + (codes.rend() - last) - 1);
    PULLGATE_ASSIGN_OR_RETURN(const bool found, sequence_.Step());
    const int64_t sequence = found ? sequence_.Int64(0) : 0;
    sequence_.Reset();
    return sequence;
  }

  // The position of the event among those from `first` to `last`; 0: none.
  absl::StatusOr<int64_t> Within(int64_t first, int64_t last, int64_t epoch_id,
                                 int64_t sequence) {
    within_.BindInt64(1, first);
    within_.BindInt64(2, last);
    within_.BindInt64(3, epoch_id);
    within_.BindInt64(4, sequence);
    PULLGATE_ASSIGN_OR_RETURN(const bool found, within_.Step());
    const int64_t position = found ? within_.Int64(0) : 0;
    within_.Reset();
    return position;
  }

 private:
  Search(SegmentReader reader, Statement within, Statement sequence)
      : reader_(std::move(reader)),
        within_(std::move(within)),
        sequence_(std::move(sequence)) {}

  SegmentReader reader_;
  Statement within_;
  Statement sequence_;
};

absl::StatusOr<int64_t> EpochIdOf(const Database& database,
                                  absl::string_view agent) {
  const size_t slash = agent.find('/');
  PULLGATE_ASSIGN_OR_RETURN(
      Statement find,
      Statement::Prepare(
          database, "SELECT epoch_id FROM epoch WHERE vch = ? AND name = ?"));
  find.BindText(1, agent.substr(0, slash));
  find.BindText(2, agent.substr(slash + 1));
  PULLGATE_ASSIGN_OR_RETURN(const bool found, find.Step());
  return found ? find.Int64(0) : 0;
}

}  // namespace

absl::StatusOr<int64_t> LocateEvent(const Database& database,
                                    absl::string_view event_id) {
  PULLGATE_ASSIGN_OR_RETURN(const ParsedId id, Parse(event_id));
  const absl::Status missing = absl::NotFoundError(
      absl::StrCat("there is no event ", event_id, " on the ledger"));
  PULLGATE_ASSIGN_OR_RETURN(const int64_t epoch_id,
                            EpochIdOf(database, id.agent));
  if (epoch_id == 0) return missing;
  PULLGATE_ASSIGN_OR_RETURN(Search search, Search::Create(database));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement segments,
      Statement::Prepare(database,
                         "SELECT first_position, last_position FROM segment "
                         "ORDER BY first_position"));
  int64_t end = 0;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool more, segments.Step());
    if (!more) break;
    Segment segment;
    segment.first_position = segments.Int64(0);
    segment.last_position = end = segments.Int64(1);
    PULLGATE_ASSIGN_OR_RETURN(const int64_t last,
                              search.LastSequence(segment, id.agent));
    if (last < id.sequence) continue;
    PULLGATE_ASSIGN_OR_RETURN(
        const int64_t position,
        search.Within(segment.first_position, end, epoch_id, id.sequence));
    if (position == 0) return missing;
    return position;
  }
  PULLGATE_ASSIGN_OR_RETURN(
      const int64_t position,
      search.Within(end + 1, std::numeric_limits<int64_t>::max(), epoch_id,
                    id.sequence));
  if (position == 0) return missing;
  return position;
}

}  // namespace pullgate::pdp
