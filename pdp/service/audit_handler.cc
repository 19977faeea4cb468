// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/audit_handler.h"

#include <cstdint>
#include <utility>

#include "common/status/status_macros.h"
#include "pdp/service/event_query.h"
#include "pdp/service/page.h"

namespace pullgate::pdp {
namespace {

namespace audit_pb = pullgate::audit::v1;

// A page ends early once it is this large: clients take 4 MiB in one message
// unless told otherwise.
constexpr size_t kMaxPageBytes = size_t{2} << 20;

}  // namespace

absl::StatusOr<audit_pb::ListEventsResponse> ListEvents(
    const audit_pb::ListEventsRequest& request, AuditLedger& ledger) {
  PULLGATE_ASSIGN_OR_RETURN(const LedgerFilter filter,
                            ParseEventFilter(request.filter()));
  PULLGATE_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  int64_t before = 0;
  if (!request.page_token().empty()) {
    PULLGATE_ASSIGN_OR_RETURN(
        before, ReadListToken(request.filter(), request.page_token()));
  }
  PULLGATE_ASSIGN_OR_RETURN(LedgerPage page,
                            ledger.List(filter, before, page_size));
  audit_pb::ListEventsResponse response;
  size_t bytes = 0;
  for (LedgerEntry& entry : page.entries) {
    bytes += entry.event.ByteSizeLong();
    if (response.events_size() > 0 && bytes > kMaxPageBytes) break;
    before = entry.position;
    *response.add_events() = std::move(entry.event);
  }
  const bool whole =
      response.events_size() == static_cast<int>(page.entries.size());
  if (whole) before = page.next_before;
  if (before > 0) {
    response.set_next_page_token(MakeListToken(request.filter(), before));
  }
  return response;
}

}  // namespace pullgate::pdp
