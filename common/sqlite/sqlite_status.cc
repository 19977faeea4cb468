// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/sqlite/sqlite_status.h"

#include <sqlite3.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace pullgate {
namespace {

constexpr char kDamaged[] =
    "is damaged: put it aside together with its -wal and -shm files, and "
    "restore a backup if there is one";
constexpr char kIoError[] =
    "cannot be read or written: check the disk and its file system";

// Extended codes that say something else than their primary code.
absl::Status FromExtended(int code, const std::string& what) {
  switch (code) {
    case SQLITE_IOERR_NOMEM:
      return absl::ResourceExhaustedError(what);
    case SQLITE_IOERR_CORRUPTFS:
    case SQLITE_IOERR_DATA:
      return absl::DataLossError(what);
    default:
      return absl::UnavailableError(what);
  }
}

}  // namespace

absl::Status SqliteStatus(int code, absl::string_view path,
                          absl::string_view detail) {
  const auto message = [&](absl::string_view advice) {
    return absl::StrCat(path, " ", advice, " (", detail, ")");
  };
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
      return absl::OkStatus();
    case SQLITE_FULL:
      return absl::UnavailableError(
          message("cannot grow, the disk is full: free space on its file "
                  "system; writing then succeeds again by itself"));
    case SQLITE_IOERR:
      return FromExtended(code, message(kIoError));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::UnavailableError(
          message("is locked: end whatever else has it open"));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return absl::UnavailableError(
          message("cannot be opened for writing: check that its directory "
                  "exists and belongs to the user of this process"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message(kDamaged));
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(message("needs more memory"));
    case SQLITE_TOOBIG:
      return absl::ResourceExhaustedError(
          message("does not take a value of this size"));
    default:
      return absl::InternalError(
          message(absl::StrCat("refused with SQLite's code ", code)));
  }
}

}  // namespace pullgate
