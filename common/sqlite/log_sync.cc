// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/log_sync.h"

#include <sqlite3.h>

#include "absl/memory/memory.h"
#include "common/sqlite/sqlite_status.h"

namespace pullgate {
namespace {

sqlite3_vfs* Vfs() { return sqlite3_vfs_find(nullptr); }

}  // namespace

absl::StatusOr<std::unique_ptr<LogSync>> LogSync::Open(
    const Database& database) {
  const char* file = sqlite3_db_filename(database.handle(), "main");
  auto sync = absl::WrapUnique(new LogSync(sqlite3_filename_wal(file)));
  MutexLock lock(&sync->mu_);
  // "Create" makes the first Sync() flush the directory too: the log may be as
  // new as what is in it.
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL;
  const int code = Vfs()->xOpen(Vfs(), sync->path_, sync->file_, kFlags,
                                /*pOutFlags=*/nullptr);
  if (code != SQLITE_OK) {
    return SqliteStatus(code, sync->path_, "opening the write-ahead log");
  }
  return sync;
}

LogSync::LogSync(const char* path)
    : path_(path),
      memory_(std::make_unique<char[]>(Vfs()->szOsFile)),
      file_(reinterpret_cast<sqlite3_file*>(memory_.get())) {}

LogSync::~LogSync() {
  MutexLock lock(&mu_);
  if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
}

absl::Status LogSync::Sync() {
  MutexLock lock(&mu_);
  const int code = file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL);
  return SqliteStatus(code, path_, "flushing the write-ahead log");
}

}  // namespace pullgate
