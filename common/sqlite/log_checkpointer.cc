// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/log_checkpointer.h"

#include <utility>

#include "absl/memory/memory.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<std::unique_ptr<LogCheckpointer>> LogCheckpointer::Start(
    const std::string& path, int64_t every_bytes) {
  // Flushes what it copied before the log may be begun anew.
  Database::Options options;
  options.durability = Durability::kPowerLoss;
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                            Database::Open(path, options));
  return absl::WrapUnique(
      new LogCheckpointer(std::move(database), every_bytes));
}

LogCheckpointer::LogCheckpointer(std::unique_ptr<Database> database,
                                 int64_t every_bytes)
    : database_(std::move(database)),
      every_bytes_(every_bytes),
      thread_([this] { Work(); }) {}

LogCheckpointer::~LogCheckpointer() {
  {
    MutexLock lock(&mu_);
    stopped_ = true;
  }
  changed_.NotifyOne();
  thread_.join();
}

void LogCheckpointer::Note(int64_t bytes) {
  MutexLock lock(&mu_);
  noted_ += bytes;
  if (noted_ >= every_bytes_) changed_.NotifyOne();
}

void LogCheckpointer::Work() {
  while (AwaitTime()) {
    // What fails is tried again next time, and by the writer.
    database_->ExecuteOften("PRAGMA wal_checkpoint(PASSIVE)").IgnoreError();
    // What came meanwhile does not count: only one connection copies at a time,
    // and the writer must have its turn, however slow the device is.
    MutexLock lock(&mu_);
    noted_ = 0;
  }
}

bool LogCheckpointer::AwaitTime() {
  MutexLock lock(&mu_);
  while (noted_ < every_bytes_ && !stopped_) changed_.Wait(&mu_);
  return noted_ >= every_bytes_;
}

}  // namespace pullgate
