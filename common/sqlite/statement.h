// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_STATEMENT_H_
#define PULLGATE_COMMON_SQLITE_STATEMENT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sqlite/database.h"

struct sqlite3_stmt;

namespace pullgate {

// A prepared statement: bind, then Run() what has no rows, or Step() through
// the rows. Like its Database, which must outlive it, used by one thread at a
// time.
//
//   PULLGATE_ASSIGN_OR_RETURN(
//       Statement select,
//       Statement::Prepare(database, "SELECT name FROM t WHERE id = ?"));
//   select.BindInt64(1, id);
//   PULLGATE_ASSIGN_OR_RETURN(const bool found, select.Step());
//   if (found) name = std::string(select.Text(0));
//
// A statement that is kept must be Reset() when its rows have been read: until
// then it holds a snapshot, and the log cannot be recycled.
class Statement {
 public:
  // `sql` holds values as "?" only.
  static absl::StatusOr<Statement> Prepare(const Database& database,
                                           absl::string_view sql);

  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  // Parameters count from 1. Values are copied. What goes wrong is returned by
  // the next Step() or Run().
  void BindInt64(int parameter, int64_t value);
  void BindText(int parameter, absl::string_view value);
  void BindBlob(int parameter, absl::string_view value);
  void BindNull(int parameter);

  // True: there is a row; false: there is no more. Only an error or the last
  // row resets it.
  absl::StatusOr<bool> Step();

  // Executes what returns no rows, and resets.
  absl::Status Run();

  // Forgets rows and bound values; ready for the next round.
  void Reset();

  // Columns count from 0. Text and blobs live until the next call of a
  // non-const method. NULL reads as 0 or as empty.
  int64_t Int64(int column) const;
  absl::string_view Text(int column) const { return Blob(column); }
  absl::string_view Blob(int column) const;
  bool IsNull(int column) const;

 private:
  Statement(const Database* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  void Note(int code);

  const Database* database_;  // not owned
  sqlite3_stmt* statement_;
  absl::Status bind_error_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_STATEMENT_H_
