// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/log_sync.h"

#include <sqlite3.h>

#include <utility>

#include "absl/memory/memory.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<std::unique_ptr<LogSync>> LogSync::Open(
    const Database& database) {
  const char* file = sqlite3_db_filename(database.handle(), "main");
  PULLGATE_ASSIGN_OR_RETURN(std::unique_ptr<RawFile> log,
                            RawFile::Open(sqlite3_filename_wal(file)));
  return absl::WrapUnique(new LogSync(std::move(log)));
}

absl::Status LogSync::Sync() {
  MutexLock lock(&mu_);
  return log_->Sync();
}

}  // namespace pullgate
