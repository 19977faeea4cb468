// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_AGENT_AUDIT_SPOOL_READER_H_
#define PULLGATE_AGENT_AUDIT_SPOOL_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/audit/event_batch.h"
#include "common/sqlite/database.h"
#include "common/sqlite/log_sync.h"
#include "common/sqlite/statement.h"

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

  // Adds events with `after` < sequence <= `last`, in order, until the batch
  // is full.
  absl::Status AddEvents(int64_t after, int64_t last, EventBatch& batch);

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
