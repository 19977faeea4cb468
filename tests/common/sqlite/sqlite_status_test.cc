// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/sqlite_status.h"

#include <sqlite3.h>

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace pullgate {
namespace {

TEST(SqliteStatusTest, SaysWhichKindOfFailureACodeIs) {
  const struct {
    int code;
    absl::StatusCode expected;
  } cases[] = {
      {SQLITE_OK, absl::StatusCode::kOk},
      {SQLITE_ROW, absl::StatusCode::kOk},
      {SQLITE_DONE, absl::StatusCode::kOk},
      {SQLITE_FULL, absl::StatusCode::kUnavailable},
      {SQLITE_IOERR, absl::StatusCode::kUnavailable},
      {SQLITE_IOERR_FSYNC, absl::StatusCode::kUnavailable},
      {SQLITE_IOERR_NOMEM, absl::StatusCode::kResourceExhausted},
      {SQLITE_IOERR_CORRUPTFS, absl::StatusCode::kDataLoss},
      {SQLITE_BUSY, absl::StatusCode::kUnavailable},
      {SQLITE_BUSY_SNAPSHOT, absl::StatusCode::kUnavailable},
      {SQLITE_LOCKED, absl::StatusCode::kUnavailable},
      {SQLITE_CANTOPEN, absl::StatusCode::kUnavailable},
      {SQLITE_READONLY_DIRECTORY, absl::StatusCode::kUnavailable},
      {SQLITE_CORRUPT, absl::StatusCode::kDataLoss},
      {SQLITE_CORRUPT_INDEX, absl::StatusCode::kDataLoss},
      {SQLITE_NOTADB, absl::StatusCode::kDataLoss},
      {SQLITE_NOMEM, absl::StatusCode::kResourceExhausted},
      {SQLITE_TOOBIG, absl::StatusCode::kResourceExhausted},
      {SQLITE_CONSTRAINT_UNIQUE, absl::StatusCode::kInternal},
      {SQLITE_MISUSE, absl::StatusCode::kInternal},
  };
  for (const auto& c : cases) {
    const absl::Status status = SqliteStatus(c.code, "/data/x.db", "detail");
    EXPECT_EQ(status.code(), c.expected) << sqlite3_errstr(c.code);
    if (!status.ok()) {
      const std::string message(status.message());
      EXPECT_EQ(message.find("/data/x.db "), 0u) << message;
      EXPECT_NE(message.find("(detail)"), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace pullgate
