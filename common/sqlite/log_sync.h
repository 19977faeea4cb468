// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_LOG_SYNC_H_
#define PULLGATE_COMMON_SQLITE_LOG_SYNC_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sync/mutex.h"

struct sqlite3_file;

namespace pullgate {

// Flushes the write-ahead log of a database to the device, beside the
// connections that write it and without keeping them waiting.
//
// With Durability::kProcessCrash a commit returns before it is on the device.
// Sync() is for the moment when some commits must be: everything committed
// before it was called then survives power loss. Thread-safe.
class LogSync {
 public:
  // `database` has committed something, so that there is a log; it must stay
  // open as long as this lives.
  static absl::StatusOr<std::unique_ptr<LogSync>> Open(
      const Database& database);

  ~LogSync();
  LogSync(const LogSync&) = delete;
  LogSync& operator=(const LogSync&) = delete;

  // Unavailable: the device refused.
  absl::Status Sync() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit LogSync(const char* path);

  const char* const path_;  // the database's own, as SQLite wants it
  Mutex mu_;
  // Opened by SQLite's file layer, in memory of the size that it asks for.
  const std::unique_ptr<char[]> memory_;
  sqlite3_file* const file_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_LOG_SYNC_H_
