// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "agent/audit/spool_reader.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "common/status/status_macros.h"

namespace pullgate::agent {

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
                         "ORDER BY sequence"));
  return absl::WrapUnique(
      new SpoolReader(std::move(database), std::move(log), std::move(select)));
}

absl::Status SpoolReader::AddEvents(int64_t after, int64_t last,
                                    EventBatch& batch) {
  absl::Cleanup reset = [this] { select_.Reset(); };
  select_.BindInt64(1, after);
  select_.BindInt64(2, last);
  while (!batch.full()) {
    PULLGATE_ASSIGN_OR_RETURN(const bool found, select_.Step());
    if (!found) return absl::OkStatus();
    batch.Add(select_.Int64(0), select_.Blob(1));
  }
  return absl::OkStatus();
}

}  // namespace pullgate::agent
