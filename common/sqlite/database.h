// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_DATABASE_H_
#define PULLGATE_COMMON_SQLITE_DATABASE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace pullgate {

// What a commit that returned OK survives. Nothing torn is ever read back.
enum class Durability {
  kProcessCrash,  // kill -9; power loss may take the newest commits
  kPowerLoss,     // power loss too: a flush to the device for each commit
};

// One connection to a SQLite file in write-ahead-log mode
// (https://sqlite.org/wal.html): readers and one writer do not wait for each
// other. Used by one thread at a time; several connections to one file are
// independent. Errors are those of SqliteStatus (sqlite_status.h).
class Database {
 public:
  struct Options {
    Durability durability = Durability::kPowerLoss;
    // How long a statement waits for a lock that another connection holds.
    absl::Duration busy_timeout = absl::Seconds(5);
    // Of a file that is made; 512 to 65,536, a power of two.
    int page_bytes = 4096;
    // The log is copied into the file when it has so many pages.
    int checkpoint_pages = 1000;
    int cache_kib = 2048;
    // For reading what some other connection writes: every change is refused.
    bool read_only = false;
    // For looking at a file, a copy or one that somebody writes: read only, and
    // the files are left as they are, also when this is the last connection.
    // Implies `read_only`.
    bool as_found = false;
  };

  // Opens `path`, which is created unless `read_only`.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        const Options& options);

  // Statements of this connection must be gone.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements, separated by ";", whose rows do not matter.
  absl::Status Execute(const char* sql);

  // The same for one statement that comes again and again: it is compiled once.
  absl::Status ExecuteOften(const char* sql);

  // Reads the whole file. DataLoss says what is damaged.
  absl::Status CheckIntegrity();

  // What `code`, just returned by SQLite for this connection, means.
  absl::Status ErrorOf(int code) const;

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_; }  // for common/sqlite only

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}

  int OpenHandle(const Options& options);
  absl::Status Configure(const Options& options);

  const std::string path_;
  sqlite3* handle_ = nullptr;
  // Of ExecuteOften(); there are few.
  std::vector<std::pair<std::string, sqlite3_stmt*>> often_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_DATABASE_H_
