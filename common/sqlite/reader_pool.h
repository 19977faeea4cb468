// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_READER_POOL_H_
#define PULLGATE_COMMON_SQLITE_READER_POOL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/sqlite/database.h"
#include "common/sync/mutex.h"

namespace pullgate {

// Connections that read one database file, so that several threads can at once
// and none waits for the writer. Thread-safe.
class ReaderPool {
 public:
  // The use of one connection, until the end of the scope. Statements prepared
  // on it must be gone by then.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)),
          database_(std::move(other.database_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->Return(std::move(database_));
    }

    Database* get() const { return database_.get(); }
    const Database& operator*() const { return *database_; }

   private:
    friend class ReaderPool;
    Lease(ReaderPool* pool, std::unique_ptr<Database> database)
        : pool_(pool), database_(std::move(database)) {}

    ReaderPool* pool_;  // not owned; outlives this
    std::unique_ptr<Database> database_;
  };

  // `path` exists and has its tables.
  static absl::StatusOr<std::unique_ptr<ReaderPool>> Open(
      const std::string& path, int connections);

  // Waits while all connections are in use.
  Lease Take() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit ReaderPool(std::vector<std::unique_ptr<Database>> idle)
      : idle_(std::move(idle)) {}

  void Return(std::unique_ptr<Database> database) ABSL_LOCKS_EXCLUDED(mu_);

  Mutex mu_;
  CondVar returned_;
  std::vector<std::unique_ptr<Database>> idle_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_READER_POOL_H_
