// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/statement.h"

#include <sqlite3.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {

absl::StatusOr<Statement> Statement::Prepare(const Database& database,
                                             absl::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(database.handle(), sql.data(), sql.size(),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return database.ErrorOf(code);
  return Statement(&database, statement);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_error_(std::move(other.bind_error_)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  std::swap(bind_error_, other.bind_error_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::BindInt64(int parameter, int64_t value) {
  Note(sqlite3_bind_int64(statement_, parameter, value));
}

void Statement::BindText(int parameter, absl::string_view value) {
  // A null pointer would bind NULL.
  const char* data = value.data() == nullptr ? "" : value.data();
  Note(sqlite3_bind_text64(statement_, parameter, data, value.size(),
                           SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::BindBlob(int parameter, absl::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  Note(sqlite3_bind_blob64(statement_, parameter, data, value.size(),
                           SQLITE_TRANSIENT));
}

void Statement::BindNull(int parameter) {
  Note(sqlite3_bind_null(statement_, parameter));
}

absl::StatusOr<bool> Statement::Step() {
  if (!bind_error_.ok()) {
    absl::Status error = bind_error_;
    Reset();
    return error;
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_);
    return false;
  }
  // Before the reset, which may change what the connection remembers.
  absl::Status error = database_->ErrorOf(code);
  Reset();
  return error;
}

absl::Status Statement::Run() {
  PULLGATE_ASSIGN_OR_RETURN(const bool row, Step());
  Reset();
  if (row) return absl::InternalError("Run() of a statement that has rows");
  return absl::OkStatus();
}

void Statement::Reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bind_error_ = absl::OkStatus();
}

int64_t Statement::Int64(int column) const {
  return sqlite3_column_int64(statement_, column);
}

absl::string_view Statement::Blob(int column) const {
  // In this order: the first call converts, the second counts.
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return absl::string_view(static_cast<const char*>(data), size);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Statement::Note(int code) {
  if (bind_error_.ok()) bind_error_ = database_->ErrorOf(code);
}

}  // namespace pullgate
