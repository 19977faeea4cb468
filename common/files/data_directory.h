// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#ifndef PULLGATE_COMMON_FILES_DATA_DIRECTORY_H_
#define PULLGATE_COMMON_FILES_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pullgate {

// The directory in which one process keeps what it must not forget. Whoever
// holds one of these is the only process that does: two would number the same
// things twice.
//
// The lock (flock(2) on a file of the directory) ends with the process, however
// it ends; nothing is left to clean up. Immutable, thread-safe.
class DataDirectory {
 public:
  // Creates `path` with mode 0700 if it is missing (its parent must exist) and
  // locks it. FailedPrecondition: another process has it, or it is no
  // directory. Other errors as mkdir(2) and open(2) give them. Each says what
  // to do.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(
      const std::string& path);

  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }

  // The path of the file `name` in it.
  std::string File(absl::string_view name) const;

  // Renames the database `name`, and the files beside it, SQLite's and a
  // spool's journals, out of the way, for someone to look at; `now` makes the
  // new name unique. Returns the new path. To be called before anything opens
  // the database.
  absl::StatusOr<std::string> SetAside(absl::string_view name,
                                       absl::Time now) const;

 private:
  DataDirectory(std::string path, int lock)
      : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // an open file
};

}  // namespace pullgate

#endif  // PULLGATE_COMMON_FILES_DATA_DIRECTORY_H_
