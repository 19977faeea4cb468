// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/audit_handler.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "pdp/service/event_query.h"
#include "pdp/service/page.h"

namespace pullgate::pdp {
namespace {

namespace pb = pullgate::audit::v1;

// A page ends early once it is this large: clients take 4 MiB in one message
// unless told otherwise.
constexpr size_t kMaxPageBytes = size_t{2} << 20;

AuditLedger::ListPosition PositionOf(const LedgerEntry& entry) {
  return {entry.time_ns, entry.position};
}

}  // namespace

absl::StatusOr<pb::ListEventsResponse> ListEvents(
    const pb::ListEventsRequest& request, AuditLedger& ledger) {
  PULLGATE_ASSIGN_OR_RETURN(const LedgerFilter filter,
                            ParseEventFilter(request.filter()));
  PULLGATE_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  std::optional<AuditLedger::ListPosition> after;
  if (!request.page_token().empty()) {
    PULLGATE_ASSIGN_OR_RETURN(
        after, ReadListToken(request.filter(), request.page_token()));
  }
  // One more than fits tells whether there is a next page.
  PULLGATE_ASSIGN_OR_RETURN(std::vector<LedgerEntry> entries,
                            ledger.List(filter, after, page_size + 1));
  pb::ListEventsResponse response;
  size_t bytes = 0;
  for (LedgerEntry& entry : entries) {
    const size_t size = entry.event.ByteSizeLong();
    const bool full =
        response.events_size() == page_size ||
        (response.events_size() > 0 && bytes + size > kMaxPageBytes);
    if (full) {
      response.set_next_page_token(MakeListToken(request.filter(), *after));
      break;
    }
    bytes += size;
    after = PositionOf(entry);
    *response.add_events() = std::move(entry.event);
  }
  return response;
}

}  // namespace pullgate::pdp
