// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_SQLITE_RAW_FILE_H_
#define PULLGATE_COMMON_SQLITE_RAW_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3_file;

namespace pullgate {

// A plain file beside a database, read and written through SQLite's file layer
// (https://sqlite.org/c3ref/vfs.html): what a file of SQLite's own does on a
// full or broken disk, it does too, and tests put the same disk beneath both.
//
// Errors are those of SqliteStatus (sqlite_status.h). One thread at a time;
// several of these on one file are independent.
class RawFile {
 public:
  // Opens `path`, or creates it. It has the form DATABASE-SUFFIX; what is
  // created gets mode and owner of the file DATABASE, which exists.
  static absl::StatusOr<std::unique_ptr<RawFile>> Open(std::string path);

  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  absl::StatusOr<std::string> ReadAll();

  // On an error some of `bytes` may have been written.
  absl::Status Write(absl::string_view bytes, int64_t offset);

  // Forgets everything behind the first `size` bytes.
  absl::Status Truncate(int64_t size);

  // Flushes to the device what this or any other handle has written, and for
  // the first time that there is such a file.
  absl::Status Sync();

  const std::string& path() const { return path_; }

 private:
  explicit RawFile(std::string path);

  const std::string path_;
  // Opened by SQLite's file layer, in memory of the size that it asks for.
  const std::unique_ptr<char[]> memory_;
  sqlite3_file* const file_;
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_SQLITE_RAW_FILE_H_
