// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_LOG_SYNC_H_
#define PULLGATE_COMMON_SQLITE_LOG_SYNC_H_

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sqlite/raw_file.h"
#include "common/sync/mutex.h"

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

  // Unavailable: the device refused.
  absl::Status Sync() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit LogSync(std::unique_ptr<RawFile> log) : log_(std::move(log)) {}

  Mutex mu_;
  const std::unique_ptr<RawFile> log_ ABSL_PT_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_LOG_SYNC_H_
