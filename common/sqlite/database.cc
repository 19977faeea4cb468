// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/database.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/sqlite/sqlite_status.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

// Keeps the first column of the first row.
int KeepFirst(void* first, int columns, char** values, char** /*names*/) {
  auto* text = static_cast<std::string*>(first);
  if (text->empty() && columns > 0 && values[0] != nullptr) *text = values[0];
  return 0;
}

// A name for SQLite (https://sqlite.org/uri.html) under which it changes
// nothing. Without a log beside it nobody writes the file, and it can be read
// where no file can be made, too.
std::string UriAsFound(const std::string& path) {
  const std::string escaped =
      absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}});
  const bool has_log = access(absl::StrCat(path, "-wal").c_str(), F_OK) == 0;
  return absl::StrCat("file:", escaped,
                      has_log ? "?mode=ro" : "?mode=ro&immutable=1");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const std::string& path, const Options& options) {
  auto database = absl::WrapUnique(new Database(path));
  const int code = database->OpenHandle(options);
  if (code != SQLITE_OK) return database->ErrorOf(code);
  PULLGATE_RETURN_IF_ERROR(database->Configure(options));
  return database;
}

int Database::OpenHandle(const Options& options) {
  if (options.as_found) {
    return sqlite3_open_v2(
        UriAsFound(path_).c_str(), &handle_,
        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  }
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (options.read_only ? 0 : SQLITE_OPEN_CREATE);
  return sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
}

Database::~Database() {
  for (const auto& [sql, statement] : often_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

absl::Status Database::Configure(const Options& options) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(
      handle_,
      static_cast<int>(absl::ToInt64Milliseconds(options.busy_timeout)));
  // Only our own SQL runs here, but a damaged or forged file must not bring
  // SQL of its own with it.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (options.as_found) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return Execute("PRAGMA query_only = ON; PRAGMA cell_size_check = ON;");
  }
  const bool full = options.durability == Durability::kPowerLoss;
  const std::string pragmas =
      absl::StrCat("PRAGMA page_size = ", options.page_bytes, ";",
                   "PRAGMA journal_mode = WAL;",
                   "PRAGMA synchronous = ", full ? "FULL" : "NORMAL", ";",
                   "PRAGMA wal_autocheckpoint = ", options.checkpoint_pages,
                   ";", "PRAGMA journal_size_limit = ", 64 * 1024 * 1024, ";",
                   "PRAGMA cache_size = -", options.cache_kib, ";",
                   "PRAGMA foreign_keys = ON;", "PRAGMA cell_size_check = ON;",
                   options.read_only ? "PRAGMA query_only = ON;" : "");
  return Execute(pragmas.c_str());
}

absl::Status Database::Execute(const char* sql) {
  return ErrorOf(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

absl::Status Database::ExecuteOften(const char* sql) {
  auto known =
      std::find_if(often_.begin(), often_.end(),
                   [sql](const auto& one) { return one.first == sql; });
  if (known == often_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return ErrorOf(code);
    known = often_.insert(often_.end(), {sql, statement});
  }
  const int code = sqlite3_step(known->second);
  // What went wrong has to be read before the reset, which says it once more.
  const absl::Status status = code == SQLITE_DONE || code == SQLITE_ROW
                                  ? absl::OkStatus()
                                  : ErrorOf(code);
  sqlite3_reset(known->second);
  return status;
}

absl::Status Database::CheckIntegrity() {
  std::string found;
  PULLGATE_RETURN_IF_ERROR(ErrorOf(sqlite3_exec(
      handle_, "PRAGMA quick_check(1)", KeepFirst, &found, nullptr)));
  if (found == "ok") return absl::OkStatus();
  return SqliteStatus(SQLITE_CORRUPT, path_, found);
}

absl::Status Database::ErrorOf(int code) const {
  if (code == SQLITE_OK) return absl::OkStatus();
  if (handle_ == nullptr) {
    return SqliteStatus(code, path_, sqlite3_errstr(code));
  }
  std::string detail = sqlite3_errmsg(handle_);
  if (const int error = sqlite3_system_errno(handle_);
      error != 0 &&
      ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)) {
    absl::StrAppend(&detail, ": ", std::strerror(error));
  }
  return SqliteStatus(code, path_, detail);
}

}  // namespace pullgate
