// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_LOG_CHECKPOINTER_H_
#define PULLGATE_COMMON_SQLITE_LOG_CHECKPOINTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Copies the log of a database into its file while another connection goes on
// committing (https://sqlite.org/wal.html#ckpt, PASSIVE), on a thread of its
// own. Commits that did it themselves would wait for it, and for the device.
//
// It never quite reaches the end of a log that grows, and only a log that is
// copied to its end is begun anew: the writer has to have `checkpoint_pages`
// too, some times as much as `every_bytes`. Its own copying then finds little
// left to do, and bounds the log when this is too slow, or fails. Thread-safe.
class LogCheckpointer {
 public:
  // `path` exists. Copies whenever so much was committed.
  static absl::StatusOr<std::unique_ptr<LogCheckpointer>> Start(
      const std::string& path, int64_t every_bytes);
  // Copies first if it is time.
  ~LogCheckpointer();
  LogCheckpointer(const LogCheckpointer&) = delete;
  LogCheckpointer& operator=(const LogCheckpointer&) = delete;

  // So much was committed. Does not wait.
  void Note(int64_t bytes) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  LogCheckpointer(std::unique_ptr<Database> database, int64_t every_bytes);

  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // False: there is nothing to copy any more.
  bool AwaitTime() ABSL_LOCKS_EXCLUDED(mu_);

  const std::unique_ptr<Database> database_;  // of the thread
  const int64_t every_bytes_;
  Mutex mu_;
  CondVar changed_;
  int64_t noted_ ABSL_GUARDED_BY(mu_) = 0;  // since it last copied
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_LOG_CHECKPOINTER_H_
