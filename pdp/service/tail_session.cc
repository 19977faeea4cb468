// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "pdp/service/tail_session.h"

#include <iterator>
#include <memory>
#include <vector>

#include "absl/memory/memory.h"
#include "common/status/status_macros.h"
#include "pdp/service/event_query.h"

namespace pullgate::pdp {

namespace audit_pb = pullgate::audit::v1;

absl::StatusOr<std::unique_ptr<TailSession>> TailSession::Create(
    const audit_pb::TailEventsRequest& request) {
  PULLGATE_ASSIGN_OR_RETURN(LedgerFilter filter,
                            ParseEventFilter(request.filter()));
  std::optional<int64_t> position;
  if (!request.cursor().empty()) {
    PULLGATE_ASSIGN_OR_RETURN(position, ReadCursor(request.cursor()));
  }
  return absl::WrapUnique(new TailSession(std::move(filter), position));
}

absl::StatusOr<int64_t> TailSession::Fill(AuditLedger& ledger) {
  std::optional<int64_t> position;
  {
    MutexLock lock(&mu_);
    if (!found_.empty()) return *position_;
    position = position_;
  }
  std::vector<LedgerEntry> found;
  if (position) {
    int64_t scanned_to = *position;
    PULLGATE_ASSIGN_OR_RETURN(
        found, ledger.ListFrom(filter_, *position, kBatch, &scanned_to));
    position = scanned_to;
  } else {
    PULLGATE_ASSIGN_OR_RETURN(position, ledger.LastPosition());
  }
  MutexLock lock(&mu_);
  position_ = position;
  found_.assign(std::make_move_iterator(found.begin()),
                std::make_move_iterator(found.end()));
  return *position;
}

std::optional<audit_pb::TailEventsResponse> TailSession::Next() {
  MutexLock lock(&mu_);
  if (found_.empty()) return std::nullopt;
  audit_pb::TailEventsResponse response;
  *response.mutable_event() = std::move(found_.front().event);
  response.set_cursor(MakeCursor(found_.front().position));
  found_.pop_front();
  return response;
}

}  // namespace pullgate::pdp
