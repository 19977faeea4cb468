// Copyright 2026 The pullgate Authors
// SPDX-License-Identifier: Apache-2.0

#include "common/files/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace pullgate {
namespace {

constexpr char kLockName[] = "lock";

absl::Status Errno(absl::string_view doing, absl::string_view path,
                   absl::string_view advice) {
  return absl::ErrnoToStatus(errno, absl::StrCat(doing, " the data directory ",
                                                 path, " (", advice, ")"));
}

// What the holder of the lock wrote into it: " (process 4711)", or nothing.
std::string HolderOf(int lock) {
  char text[24];
  const ssize_t size = pread(lock, text, sizeof text, 0);
  if (size <= 0) return "";
  const absl::string_view pid =
      absl::StripAsciiWhitespace(absl::string_view(text, size));
  return absl::StrCat(" (process ", pid, ")");
}

// Only for the message of whoever comes second: a full disk is no reason not
// to start.
void WritePid(int lock) {
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(lock, 0) == 0) {
    [[maybe_unused]] const ssize_t written =
        pwrite(lock, pid.data(), pid.size(), 0);
  }
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno,
                             absl::StrCat("renaming ", from, " to ", to));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(
    const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Errno("creating", path,
                 "its parent must exist and belong to this process's user");
  }
  const int lock = open(absl::StrCat(path, "/", kLockName).c_str(),
                        O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 && errno == ENOTDIR) {
    return absl::FailedPreconditionError(
        absl::StrCat("the data directory ", path,
                     " is not a directory: configure another path"));
  }
  if (lock < 0) {
    return Errno("opening", path, "this process's user must own it");
  }
  absl::Cleanup close_lock = [lock] { close(lock); };
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return Errno("locking", path, "its file system must support flock");
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "the data directory ", path, " is in use by another process",
        HolderOf(lock), ": stop it, or configure another directory"));
  }
  WritePid(lock);
  std::move(close_lock).Cancel();
  return absl::WrapUnique(new DataDirectory(path, lock));
}

DataDirectory::~DataDirectory() { close(lock_); }

std::string DataDirectory::File(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::StatusOr<std::string> DataDirectory::SetAside(absl::string_view name,
                                                    absl::Time now) const {
  const std::string from = File(name);
  const std::string to = absl::StrCat(
      from, ".aside-",
      absl::FormatTime("%Y%m%dT%H%M%E3SZ", now, absl::UTCTimeZone()));
  // The database first: one that lost only its log would look whole.
  for (const absl::string_view suffix :
       {"", "-wal", "-shm", "-events1", "-events2"}) {
    PULLGATE_RETURN_IF_ERROR(
        Rename(absl::StrCat(from, suffix), absl::StrCat(to, suffix)));
  }
  return to;
}

}  // namespace pullgate
