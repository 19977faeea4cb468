// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_SQLITE_STATUS_H_
#define PULLGATE_COMMON_SQLITE_SQLITE_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pullgate {

// What a result code of SQLite (https://sqlite.org/rescode.html) means to the
// callers of a store. The message names the file, says what to do, and ends
// with `detail`, SQLite's own words.
//
// Unavailable: the storage refuses now (full disk, input/output error, locked
// by someone, no permission) and may not later. DataLoss: the file is damaged.
// ResourceExhausted: out of memory, or a value beyond SQLite's bounds.
// Internal: a mistake in our SQL. OK: the code is no error.
absl::Status SqliteStatus(int code, absl::string_view path,
                          absl::string_view detail);

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_SQLITE_STATUS_H_
