// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/transaction.h"

#include <sqlite3.h>

#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<Transaction> Transaction::Begin(Database* database) {
  PULLGATE_RETURN_IF_ERROR(database->ExecuteOften("BEGIN IMMEDIATE"));
  return Transaction(database);
}

absl::StatusOr<Transaction> Transaction::BeginRead(Database* database) {
  PULLGATE_RETURN_IF_ERROR(database->ExecuteOften("BEGIN"));
  return Transaction(database);
}

absl::Status Transaction::Commit() {
  PULLGATE_RETURN_IF_ERROR(database_->ExecuteOften("COMMIT"));
  database_ = nullptr;
  return absl::OkStatus();
}

void Transaction::Rollback() {
  if (database_ == nullptr) return;
  // SQLite has rolled back by itself after some errors (a full disk, say), and
  // then calls a second rollback an error.
  if (sqlite3_get_autocommit(database_->handle()) == 0) {
    database_->Execute("ROLLBACK").IgnoreError();
  }
  database_ = nullptr;
}

}  // namespace pullgate
