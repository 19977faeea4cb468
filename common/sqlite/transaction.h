// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_TRANSACTION_H_
#define PULLGATE_COMMON_SQLITE_TRANSACTION_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"

namespace pullgate {

// All or nothing: what happens on `database` between Begin() and Commit().
// Rolled back at the end of the scope unless Commit() returned OK.
class Transaction {
 public:
  // Takes the file's one write lock; waits for it up to the busy timeout.
  static absl::StatusOr<Transaction> Begin(Database* database);
  // A snapshot for several reads; takes no lock.
  static absl::StatusOr<Transaction> BeginRead(Database* database);

  Transaction(Transaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() { Rollback(); }

  // An error: nothing of the transaction happened.
  absl::Status Commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}

  void Rollback();

  Database* database_;  // not owned; null once it is over
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_TRANSACTION_H_
