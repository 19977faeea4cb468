// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_READER_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/log_sync.h"
#include "common/sqlite/statement.h"
#include "pullgate/audit/v1/audit_event.pb.h"

namespace pullgate::agent {

// Reads the spool's file beside its writer, which it does not keep waiting.
// Errors are those of SqliteStatus. One thread at a time.
class SpoolReader {
 public:
  // `path` is open in a SpoolWriter.
  static absl::StatusOr<std::unique_ptr<SpoolReader>> Open(
      const std::string& path);

  // Flushes everything that is committed to the device.
  absl::Status Sync() { return log_->Sync(); }

  // Events with `after` < sequence <= `last`, in order: at most `max_events`,
  // and at most `max_bytes` unless the first alone is larger. DataLoss: one
  // does not parse.
  absl::StatusOr<std::vector<pullgate::audit::v1::AuditEvent>> Events(
      int64_t after, int64_t last, int max_events, int64_t max_bytes);

 private:
  SpoolReader(std::unique_ptr<Database> database, std::unique_ptr<LogSync> log,
              Statement select)
      : database_(std::move(database)),
        log_(std::move(log)),
        select_(std::move(select)) {}

  const std::unique_ptr<Database> database_;
  const std::unique_ptr<LogSync> log_;
  Statement select_;
};

}  // namespace pullgate::agent

#endif  // PULLGATE_AGENT_AUDIT_SPOOL_READER_H_
