// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_reader.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

using pullgate::audit::v1::AuditEvent;

absl::StatusOr<std::unique_ptr<SpoolReader>> SpoolReader::Open(
    const std::string& path) {
  Database::Options options;
  options.read_only = true;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<LogSync> log,
                            LogSync::Open(*database));
  PULLGATE_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(*database,
                         "SELECT sequence, payload FROM event "
                         "WHERE sequence > ? AND sequence <= ? "
                         "ORDER BY sequence LIMIT ?"));
  return absl::WrapUnique(
      new SpoolReader(std::move(database), std::move(log), std::move(select)));
}

absl::StatusOr<std::vector<AuditEvent>> SpoolReader::Events(int64_t after,
                                                            int64_t last,
                                                            int max_events,
                                                            int64_t max_bytes) {
  absl::Cleanup reset = [this] { select_.Reset(); };
  select_.BindInt64(1, after);
  select_.BindInt64(2, last);
  select_.BindInt64(3, max_events);
  std::vector<AuditEvent> events;
  int64_t bytes = 0;
  while (true) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select_.Step());
    if (!found) return events;
    const absl::string_view payload = select_.Blob(1);
    bytes += static_cast<int64_t>(payload.size());
    if (bytes > max_bytes && !events.empty()) return events;
    if (!events.emplace_back().ParseFromArray(payload.data(), payload.size())) {
      return absl::DataLossError(absl::StrCat(
          database_->path(), " is damaged: the event with sequence ",
          select_.Int64(0), " does not parse"));
    }
  }
}

}  // namespace pullgate::agent
